using Microsoft.Extensions.Logging;

namespace SecretProviders.Testing.Tests;

public sealed class LogCollectorTests : IDisposable
{
    private readonly LogCollector _logs = new();

    [Fact]
    public void Every_level_is_collected_with_its_event()
    {
        _logs.CreateLogger("room").Log(LogLevel.Trace, new EventId(7, "Quiet"), "state", null, static (state, _) => state);

        var entry = Assert.Single(_logs.Entries);
        Assert.Equal(("room", LogLevel.Trace, 7, "state"), (entry.Category, entry.Level, entry.EventId.Id, entry.Message));
    }

    [Fact]
    public void A_marker_is_found_in_values_that_the_message_does_not_print()
    {
        KeyValuePair<string, object?>[] state = [new("hidden", "marker-1")];

        _logs.CreateLogger("room").Log(LogLevel.Debug, 1, state, null, static (_, _) => "nothing to see");

        Assert.True(_logs.Contains("marker-1"));
        Assert.False(_logs.Contains("marker-2"));
    }

    [Fact]
    public void A_marker_is_found_in_exceptions()
    {
        var exception = new InvalidOperationException("outer", new InvalidOperationException("marker-3"));

        _logs.CreateLogger("room").Log(LogLevel.Debug, 1, "state", exception, static (state, _) => state);

        Assert.True(_logs.Contains("marker-3"));
    }

    [Fact]
    public async Task An_event_can_be_awaited()
    {
        var waiting = _logs.WaitForAsync(5, times: 2);
        var logger = _logs.CreateLogger("room");
        logger.Log(LogLevel.Debug, 5, "first", null, static (state, _) => state);
        Assert.False(waiting.IsCompleted);

        logger.Log(LogLevel.Debug, 5, "second", null, static (state, _) => state);

        await waiting;
        Assert.Equal([5, 5], _logs.EventIds);
    }

    public void Dispose() => _logs.Dispose();
}
