using SecretProviders.ConformanceTests;

namespace SecretProviders.Tests.FileSystem;

public static class FileSystemConformanceTests
{
    public sealed class Read : SecretSourceReadTests<FileSystemHarness>;

    public sealed class Watch : SecretSourceWatchTests<FileSystemHarness>;

    public sealed class Failure : SecretSourceFailureTests<FileSystemHarness>;

    public sealed class Rotation : SecretSourceRotationTests<FileSystemHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<FileSystemHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<FileSystemHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<FileSystemHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<FileSystemHarness>;
}
