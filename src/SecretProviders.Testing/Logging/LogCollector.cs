using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace SecretProviders.Testing;

/// <summary>
/// Keeps every line that is logged, at every level, so that a test can assert on event ids and search for what must
/// not be there. Is a factory and a provider, so it serves both ways of setting up logging.
/// </summary>
public sealed class LogCollector : ILoggerFactory, ILoggerProvider
{
    private readonly SignalList _signals = new();
    private ImmutableArray<LogEntry> _entries = [];

    /// <summary>Gets all lines so far, in order.</summary>
    public ImmutableArray<LogEntry> Entries => ImmutableInterlocked.InterlockedCompareExchange(ref _entries, default, default);

    /// <summary>Gets the ids of all events so far, in order.</summary>
    public IEnumerable<int> EventIds => Entries.Select(static entry => entry.EventId.Id);

    /// <summary>Tells whether some text appears in anything that was logged: messages, values, exceptions.</summary>
    /// <param name="text">What to look for; case counts.</param>
    public bool Contains(string text) => Entries.Any(entry => entry.ToString().Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until an event was logged so often, from the beginning.</summary>
    /// <param name="eventId">The event's id.</param>
    /// <param name="times">How often.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It did not happen within the time after which a test counts as hanging.</exception>
    public Task WaitForAsync(int eventId, int times = 1, CancellationToken cancellationToken = default) =>
        _signals.WaitAsync(() => EventIds.Count(id => id == eventId) >= times, $"log event {eventId}, {times} times", cancellationToken);

    /// <inheritdoc cref="ILoggerFactory.CreateLogger"/>
    public ILogger CreateLogger(string categoryName) => new CollectingLogger(this, categoryName);

    /// <summary>Does nothing: what is logged stays here.</summary>
    public void AddProvider(ILoggerProvider provider)
    {
    }

    /// <summary>Does nothing: the lines stay readable.</summary>
    public void Dispose()
    {
    }

    private void Add(LogEntry entry)
    {
        ImmutableInterlocked.Update(ref _entries, static (entries, added) => entries.Add(added), entry);
        _signals.Pulse();
    }

    private sealed class CollectingLogger(LogCollector collector, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var fields = state as IEnumerable<KeyValuePair<string, object?>> ?? [];
            collector.Add(new LogEntry(category, logLevel, eventId, formatter(state, exception), exception)
            {
                Fields = [.. fields.Select(static field => $"{field.Key}={field.Value}")],
            });
        }
    }
}
