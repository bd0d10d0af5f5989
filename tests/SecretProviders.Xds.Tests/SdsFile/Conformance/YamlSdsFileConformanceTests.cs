using SecretProviders.ConformanceTests;

namespace SecretProviders.Xds.Tests.SdsFile;

public static class YamlSdsFileConformanceTests
{
    public sealed class Read : SecretSourceReadTests<YamlSdsFileHarness>;

    public sealed class Watch : SecretSourceWatchTests<YamlSdsFileHarness>;

    public sealed class Failure : SecretSourceFailureTests<YamlSdsFileHarness>;

    public sealed class Rotation : SecretSourceRotationTests<YamlSdsFileHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<YamlSdsFileHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<YamlSdsFileHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<YamlSdsFileHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<YamlSdsFileHarness>;
}
