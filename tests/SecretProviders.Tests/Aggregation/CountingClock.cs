using SecretProviders.Testing;

namespace SecretProviders.Tests.Aggregation;

/// <summary>A clock that counts who looks at it: each decision does.</summary>
internal sealed class CountingClock : TimeProvider
{
    private int _looks;

    public ManualTimeProvider Inner { get; } = new();

    public int Looks => Volatile.Read(ref _looks);

    public override long TimestampFrequency => Inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow()
    {
        Interlocked.Increment(ref _looks);
        return Inner.GetUtcNow();
    }

    public override long GetTimestamp() => Inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        Inner.CreateTimer(callback, state, dueTime, period);
}
