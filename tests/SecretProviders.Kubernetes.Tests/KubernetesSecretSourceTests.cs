using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Kubernetes.Tests.Watching;
using SecretProviders.Testing;
using static SecretProviders.Kubernetes.Tests.Watching.ScriptedClient;

namespace SecretProviders.Kubernetes.Tests;

/// <summary>The whole source over a scripted API server.</summary>
public sealed class KubernetesSecretSourceTests : IAsyncDisposable
{
    private static readonly SecretReference Web = new("edge/web") { Kind = SecretKind.Generic, Property = "value" };
    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedClient _client = new();
    private readonly KubernetesSecretSource _source;

    public KubernetesSecretSourceTests()
    {
        var options = new KubernetesSecretSourceOptions { Watch = KubernetesWatchMode.Shared };
        options.Namespaces.Add("edge");
        _source = new KubernetesSecretSource("k8s", options, _client, "default", _clock, NullLogger.Instance);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    [Fact]
    public async Task References_to_one_object_share_its_watch()
    {
        _client.Then(Refuse(422), Page("9", "web"));
        await using var first = _source.Open(Web);
        await using var second = _source.Open(Web with { Property = null });

        await first.WaitForAsync<SecretState.Found>();
        await second.WaitForAsync<SecretState.Found>();
        await _client.WhenAskedAsync(3);

        Assert.Equal(["stream all", "list all paged", "watch from 9 all"], _client.Asked);
    }

    [Fact]
    public async Task What_was_decoded_before_an_outage_is_not_decoded_again()
    {
        _client.Then(Refuse(422), Page("9", "web"), Fail(new HttpRequestException("refused")), Watch(null, true));
        await using var web = _source.Open(Web);
        var before = await web.WaitForAsync<SecretState.Found>();
        await web.WaitForAsync<SecretState.Unavailable>();
        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Same(before.Secret, (await web.WaitForAsync<SecretState.Found>()).Secret);
    }

    [Fact]
    public async Task Refresh_reads_anew()
    {
        _client.Then(Refuse(422), Page("9", "web"), Watch(null, true), Page("11", "web"));
        await using var web = _source.Open(Web);
        await web.WaitForAsync<SecretState.Found>(static found => Text(found) == "9");
        await _client.WhenAskedAsync(3);

        await _source.RefreshAsync(Web, TestContext.Current.CancellationToken);

        await web.WaitForAsync<SecretState.Found>(static found => Text(found) == "11");
    }

    [Fact]
    public async Task Refresh_of_everything_and_of_nothing_ends()
    {
        await _source.RefreshAsync(Web, TestContext.Current.CancellationToken);
        _client.Then(Refuse(422), Page("9", "web"), Watch(null, true), Page("11", "web"));
        await using var web = _source.Open(Web);
        await web.WaitForAsync<SecretState.Found>();
        await _client.WhenAskedAsync(3);

        await _source.RefreshAsync(cancellationToken: TestContext.Current.CancellationToken);

        await web.WaitForAsync<SecretState.Found>(static found => Text(found) == "11");
    }

    [Fact]
    public async Task Key_outside_the_namespaces_asks_nothing()
    {
        await using var other = _source.Open(new SecretReference("kube-system/web"));

        var invalid = await other.WaitForAsync<SecretState.Invalid>();

        Assert.Equal(SecretProblemCode.BadName, invalid.Problem.Code);
        Assert.Empty(_client.Asked);
    }

    [Fact]
    public async Task Last_watcher_ends_the_watch_and_the_next_begins_anew()
    {
        _client.Then(Refuse(422), Page("9", "web"), Watch(null, true), Page("11", "web"));
        await using (var web = _source.Open(Web))
        {
            await web.WaitForAsync<SecretState.Found>();
            await _client.WhenAskedAsync(3);
        }

        await using var again = _source.Open(Web);
        await again.WaitForAsync<SecretState.Found>(static found => Text(found) == "11");
    }

    private static string Text(SecretState.Found found) => Encoding.UTF8.GetString(((GenericSecret)found.Secret).Value!.GetSpan());
}
