using System.Collections.Immutable;
using SecretProviders.ConformanceTests;
using SecretProviders.Sds;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>Which timers of the source end its wait for a server: one on a real wire must not lose a race against a clock that a test moves.</summary>
internal static class SdsDeadlines
{
    /// <summary>How long the harnesses have a source wait for absence: not what an attempt to connect may take.</summary>
    public static readonly TimeSpan AbsentAfter = TimeSpan.FromMilliseconds(1900);

    // For so long the source itself keeps a question back: that ends by the clock alone.
    private static readonly TimeSpan HoldBack = TimeSpan.FromMilliseconds(100);

    /// <summary>How long an attempt to connect may take: in each round twice as long as in the one before.</summary>
    public static readonly ImmutableArray<TimeSpan> Attempts = [.. Enumerable.Range(0, 4).Select(static round => EndpointSelector.Detection * (1 << round))];

    /// <summary>Lists them.</summary>
    /// <param name="harness">The harness, for its clock and its time-out.</param>
    /// <param name="owesAnAnswer">Whether there is more to come than silence, which means absence in the end.</param>
    public static ImmutableArray<TimeSpan> Of(SecretSourceHarness harness, bool owesAnAnswer)
    {
        var delays = harness.Clock.ActiveDelays;
        if (delays.Contains(HoldBack))
        {
            return Attempts;
        }

        if (owesAnAnswer)
        {
            return [.. Attempts, AbsentAfter, harness.Timeout];
        }

        // Silence counts as soon as the question is out; before that, and while the server is asked whether it is still there, the clock stands.
        return delays.Contains(AbsentAfter) ? Attempts : [.. Attempts, harness.Timeout];
    }
}
