using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.InMemory;
using SecretProviders.Sds;
using SecretProviders.Testing;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>Our server fed by our source fed by our server, three deep, over real sockets and by the system's clock.</summary>
public sealed class ChainTests : IAsyncLifetime
{
    private const int Hops = 3;
    private readonly InMemorySecretSource _origin = new();
    private readonly List<Relay> _relays = [];
    private readonly List<IAsyncDisposable> _disposables = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var disposable in _disposables.AsEnumerable().Reverse())
        {
            await disposable.DisposeAsync();
        }

        foreach (var relay in _relays.AsEnumerable().Reverse())
        {
            await relay.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_update_arrives_at_the_end(bool delta)
    {
        const int Updates = 200;
        Set("token", "0");
        var reader = await ChainAsync(delta, "token");
        await UntilAsync(reader, "0");

        for (var update = 1; update <= Updates; update++)
        {
            var text = update.ToString(CultureInfo.InvariantCulture);
            Set("token", text);
            await UntilAsync(reader, text);
        }

        Assert.All(reader.History.SkipWhile(static state => state is not SecretState.Found), static state => Assert.IsType<SecretState.Found>(state));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Last_of_a_burst_arrives_for_every_name(bool delta)
    {
        const int Names = 20;
        const int Updates = 100;
        string[] names = [.. Enumerable.Range(0, Names).Select(static number => $"name-{number}")];
        Array.ForEach(names, name => Set(name, "first"));
        var source = await SourceAsync(delta);
        SecretStateReader[] readers = [.. names.Select(name => Watch(source, name))];
        foreach (var reader in readers)
        {
            await UntilAsync(reader, "first");
        }

        Parallel.ForEach(names, name =>
        {
            for (var update = 0; update <= Updates; update++)
            {
                Set(name, $"{name}/{update}");
            }
        });

        foreach (var (reader, name) in readers.Zip(names))
        {
            await UntilAsync(reader, $"{name}/{Updates}");
        }
    }

    [Fact]
    public async Task Removal_arrives_at_the_end_by_the_incremental_variant()
    {
        Set("token", "one");
        var reader = await ChainAsync(delta: true, "token");
        await UntilAsync(reader, "one");

        _origin.Remove("token");
        var removed = await reader.WaitForAsync<SecretState.Removed>();

        Assert.Equal("one", Responses.Text(removed.LastGood!));
        Set("token", "two");
        await UntilAsync(reader, "two");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_changed_while_a_hop_was_down_arrives_and_nothing_was_lost_meanwhile(bool delta)
    {
        Set("token", "one");
        var reader = await ChainAsync(delta, "token");
        await UntilAsync(reader, "one");
        var middle = _relays[1];

        await middle.KillAsync();
        Set("token", "two");
        await middle.ListenAsync();
        await UntilAsync(reader, "two");

        Assert.DoesNotContain(reader.History.SkipWhile(static state => state is not SecretState.Found), static state => state is SecretState.Removed or SecretState.NotFound);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_name_more_than_a_hop_grants_is_one_name_less_and_takes_no_other_down(bool delta)
    {
        const int Granted = 8;
        string[] names = [.. Enumerable.Range(0, Granted + 1).Select(static number => $"name-{number}")];
        Array.ForEach(names, name => Set(name, "first"));
        var hop = await Relay.StartAsync(builder =>
        {
            builder.Services.Configure<AggregateProviderOptions>(static options => options.NamesPerConsumer = Granted);
            builder.AddInMemory("memory", _origin).Route(new SecretRoute("**", [new RouteReference("memory")]));
        });
        _relays.Add(hop);
        var source = new SdsSecretSource(
            "end", new SdsSecretSourceOptions { Addresses = { hop.Address }, Delta = delta }, provider: null, TimeProvider.System, NullLogger.Instance);
        _disposables.Add(source);
        SecretStateReader[] readers = [.. names.Select(name => Watch(source, name))];
        foreach (var reader in readers.SkipLast(1))
        {
            await UntilAsync(reader, "first");
        }

        _ = readers[^1].HasNews;
        Array.ForEach(names, name => Set(name, "second"));

        // Which one it is depends on who asks first once all of them are asked for anew.
        while (readers.Count(static reader => reader.History is [.., SecretState.Found found] && Responses.Text(found) == "second") < Granted)
        {
            await Task.WhenAny(readers.Select(static reader => reader.HasNews ? Task.CompletedTask : Task.Delay(TimeSpan.FromMilliseconds(20))));
            foreach (var reader in readers.Where(static reader => reader.HasNews))
            {
                await reader.NextAsync();
            }
        }
    }

    [Fact]
    public async Task Certificate_and_trust_pass_through_unchanged()
    {
        using var authority = new TestCertificateAuthority();
        var issued = authority.Issue("web.example");
        _origin.Set("web", issued.Secret);
        _origin.Set("ca", issued.Trust);
        var source = await SourceAsync(delta: false);

        var leaf = await Watch(source, "web").WaitForAsync<SecretState.Found>();
        var trust = await Watch(source, "ca").WaitForAsync<SecretState.Found>();

        Assert.Equal((issued.Secret, issued.Trust), (leaf.Secret, trust.Secret));
    }

    private void Set(string name, string text) => _origin.Set(name, new GenericSecret(SensitiveBytes.Copy(Encoding.UTF8.GetBytes(text))));

    private async Task<SecretStateReader> ChainAsync(bool delta, string name) => Watch(await SourceAsync(delta), name);

    private SecretStateReader Watch(ISecretSource source, string name)
    {
        var reader = new SecretStateReader(source, new SecretReference(name));
        _disposables.Add(reader);
        return reader;
    }

    private async Task<SdsSecretSource> SourceAsync(bool delta)
    {
        _relays.Add(await Relay.StartAsync(builder => builder.AddInMemory("memory", _origin).Route(new SecretRoute("**", [new RouteReference("memory")]))));
        for (var hop = 1; hop < Hops; hop++)
        {
            var upstream = _relays[^1].Address;
            _relays.Add(await Relay.StartAsync(builder => builder
                .AddSds("upstream", options =>
                {
                    options.Addresses.Add(upstream);
                    options.Delta = delta;
                })
                .Route(new SecretRoute("**", [new RouteReference("upstream")]))));
        }

        var source = new SdsSecretSource(
            "end", new SdsSecretSourceOptions { Addresses = { _relays[^1].Address }, Delta = delta }, provider: null, TimeProvider.System, NullLogger.Instance);
        _disposables.Add(source);
        return source;
    }

    private static Task UntilAsync(SecretStateReader reader, string text) =>
        reader.WaitForAsync<SecretState.Found>(found => Responses.Text(found) == text);
}
