using SecretProviders.ConformanceTests;

namespace SecretProviders.Xds.Tests.SdsFile;

public static class JsonSdsFileConformanceTests
{
    public sealed class Read : SecretSourceReadTests<JsonSdsFileHarness>;

    public sealed class Watch : SecretSourceWatchTests<JsonSdsFileHarness>;

    public sealed class Failure : SecretSourceFailureTests<JsonSdsFileHarness>;

    public sealed class Rotation : SecretSourceRotationTests<JsonSdsFileHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<JsonSdsFileHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<JsonSdsFileHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<JsonSdsFileHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<JsonSdsFileHarness>;
}
