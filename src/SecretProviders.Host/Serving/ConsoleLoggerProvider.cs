using Microsoft.Extensions.Logging;

namespace SecretProviders.Host.Serving;

/// <summary>
/// Writes warnings and worse to the console, one line each. What the provider publishes goes to the events instead,
/// where it gets a line of its own with all that is known.
/// </summary>
/// <param name="console">Takes the lines.</param>
/// <param name="published">Takes the names that are published, or null where nobody wants to know.</param>
internal sealed class ConsoleLoggerProvider(ServeConsole console, Action<string>? published = null) : ILoggerProvider
{
    /// <summary>The event of the provider by which it says that a name has a new state.</summary>
    private const string Published = "Published";

    /// <summary>The event by which it says the same of a name with a problem, which the event's line, or the command's result, shows too.</summary>
    private const string NameTroubled = "NameTroubled";

    /// <summary>The event by which an application says that it cannot start, which the command tells as a mistake with its place.</summary>
    private const string StartFailed = "HostedServiceStartupFaulted";

    private static readonly string ProviderCategory = typeof(AggregateProvider).FullName!;

    public ILogger CreateLogger(string categoryName) =>
        categoryName == ProviderCategory ? new ConsoleLogger(console, isProvider: true, published) : new ConsoleLogger(console, isProvider: false, published: null);

    public void Dispose()
    {
    }

    private sealed class ConsoleLogger(ServeConsole console, bool isProvider, Action<string>? published) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and < LogLevel.None || (logLevel == LogLevel.Debug && published is not null);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (isProvider && eventId.Name is Published or NameTroubled)
            {
                if (published is not null && eventId.Name == Published && state is IReadOnlyList<KeyValuePair<string, object?>> values
                    && values.FirstOrDefault(static value => value.Key == "Name").Value is string name)
                {
                    published(name);
                }
            }
            else if (logLevel is >= LogLevel.Warning and < LogLevel.None && eventId.Name != StartFailed)
            {
                var cause = exception is null ? string.Empty : $" ({exception.GetType().Name}: {exception.Message})";
                console.Problem($"{logLevel}: {formatter(state, exception)}{cause}");
            }
        }
    }
}
