using SecretProviders.Host.Serving;
using SecretProviders.Testing;

namespace SecretProviders.Host.Tests.Serving;

public sealed class PublishedEventsTests : IDisposable
{
    private readonly CommandRun _run = new();
    private readonly FakeSecretProvider _provider = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_published_name_is_shown_as_it_is_now()
    {
        var events = new PublishedEvents();
        _provider.Set("a", new GenericSecret(SensitiveBytes.Copy([1])));
        events.Add("a");
        events.Complete();

        await events.ShowAsync(_provider, static _ => 3, new ServeConsole(_run.Environment));

        var line = Assert.Single(_run.Error.Lines());
        Assert.Contains(" a ", line, StringComparison.Ordinal);
        Assert.EndsWith("→ 3 clients", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_flood_the_latest_are_shown_and_nobody_waits()
    {
        var events = new PublishedEvents();
        for (var index = 0; index < 100_000; index++)
        {
            events.Add($"n{index}");
        }

        events.Complete();
        await events.ShowAsync(_provider, static _ => 0, new ServeConsole(_run.Environment));

        Assert.Equal(1_000, _run.Error.Lines().Length);
        Assert.Contains("n99999", _run.Error.Lines()[^1], StringComparison.Ordinal);
    }
}
