using SecretProviders.ConformanceTests;

namespace SecretProviders.Testing.Tests.Conformance;

/// <summary>
/// A polled store that takes real time to answer, as one behind a socket on a busy machine does: longer than the suites
/// leave a source alone when nothing is asked. No time-out may fire because of it.
/// </summary>
internal sealed class SlowToyHarness : PolledToyHarness
{
    public SlowToyHarness() => Store.AnswerTime = TimeSpan.FromMilliseconds(300);
}
