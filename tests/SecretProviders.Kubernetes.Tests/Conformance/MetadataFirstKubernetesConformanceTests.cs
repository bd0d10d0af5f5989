using SecretProviders.ConformanceTests;

namespace SecretProviders.Kubernetes.Tests.Conformance;

/// <summary>The suites against the fake, with a watch of metadata.</summary>
public static class MetadataFirstKubernetesConformanceTests
{
    public sealed class Read : SecretSourceReadTests<MetadataFirstKubernetesHarness>;

    public sealed class Watch : SecretSourceWatchTests<MetadataFirstKubernetesHarness>;

    public sealed class Failure : SecretSourceFailureTests<MetadataFirstKubernetesHarness>;

    public sealed class Rotation : SecretSourceRotationTests<MetadataFirstKubernetesHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<MetadataFirstKubernetesHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<MetadataFirstKubernetesHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<MetadataFirstKubernetesHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<MetadataFirstKubernetesHarness>;
}
