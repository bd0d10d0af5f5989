using SecretProviders.ConformanceTests;

namespace SecretProviders.Testing.Tests.Conformance;

public static class ScriptedConformanceTests
{
    public sealed class Read : SecretSourceReadTests<ScriptedHarness>;

    public sealed class Watch : SecretSourceWatchTests<ScriptedHarness>;

    public sealed class Failure : SecretSourceFailureTests<ScriptedHarness>;

    public sealed class Rotation : SecretSourceRotationTests<ScriptedHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<ScriptedHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<ScriptedHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<ScriptedHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<ScriptedHarness>;
}
