using SecretProviders.ConformanceTests;

namespace Snippets;

public static class MyConformanceTests
{
    public sealed class Read : SecretSourceReadTests<MyHarness>;
    public sealed class Watch : SecretSourceWatchTests<MyHarness>;
    public sealed class Failure : SecretSourceFailureTests<MyHarness>;
    public sealed class Rotation : SecretSourceRotationTests<MyHarness>;
    public sealed class Cancellation : SecretSourceCancellationTests<MyHarness>;
    public sealed class Lifetime : SecretSourceLifetimeTests<MyHarness>;
    public sealed class Hygiene : SecretSourceHygieneTests<MyHarness>;
    public sealed class HostileNames : SecretSourceHostileNamesTests<MyHarness>;
}

public sealed class CompletenessTests : SuiteCompletenessTests;   // once per assembly: fails when a suite or a reason is missing
