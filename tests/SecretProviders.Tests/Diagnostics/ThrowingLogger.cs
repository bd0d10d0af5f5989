using Microsoft.Extensions.Logging;

namespace SecretProviders.Tests.Diagnostics;

/// <summary>A provider of logs whose disk is full.</summary>
internal sealed class ThrowingLogger : ILogger, ILoggerFactory
{
    private int _lines;

    /// <summary>Gets how many lines it was given.</summary>
    public int Lines => Volatile.Read(ref _lines);

    public IDisposable BeginScope<TState>(TState state)
        where TState : notnull => throw Full();

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Interlocked.Increment(ref _lines);
        throw Full();
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private static IOException Full() => new("no space left on device");
}
