using SecretProviders.ConformanceTests;

namespace SecretProviders.Tests.FileSystem;

public static class MountedFileSystemConformanceTests
{
    public sealed class Read : SecretSourceReadTests<MountedFileSystemHarness>;

    public sealed class Watch : SecretSourceWatchTests<MountedFileSystemHarness>;

    public sealed class Failure : SecretSourceFailureTests<MountedFileSystemHarness>;

    public sealed class Rotation : SecretSourceRotationTests<MountedFileSystemHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<MountedFileSystemHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<MountedFileSystemHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<MountedFileSystemHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<MountedFileSystemHarness>;
}
