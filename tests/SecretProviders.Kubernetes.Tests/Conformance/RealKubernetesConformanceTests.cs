using SecretProviders.ConformanceTests;
using SecretProviders.Kubernetes.Tests.Clusters;

namespace SecretProviders.Kubernetes.Tests.Conformance;

/// <summary>The suites against a real API server.</summary>
public static class RealKubernetesConformanceTests
{
    [Collection(SharedKubeServer.Collection)]
    public sealed class Read : SecretSourceReadTests<RealKubernetesHarness>;

    [Collection(SharedKubeServer.Collection)]
    public sealed class Watch : SecretSourceWatchTests<RealKubernetesHarness>;

    [Collection(SharedKubeServer.Collection)]
    public sealed class Failure : SecretSourceFailureTests<RealKubernetesHarness>;

    [Collection(SharedKubeServer.Collection)]
    public sealed class Rotation : SecretSourceRotationTests<RealKubernetesHarness>;

    [Collection(SharedKubeServer.Collection)]
    public sealed class Cancellation : SecretSourceCancellationTests<RealKubernetesHarness>;

    [Collection(SharedKubeServer.Collection)]
    public sealed class Lifetime : SecretSourceLifetimeTests<RealKubernetesHarness>;

    [Collection(SharedKubeServer.Collection)]
    public sealed class Hygiene : SecretSourceHygieneTests<RealKubernetesHarness>;

    [Collection(SharedKubeServer.Collection)]
    public sealed class HostileNames : SecretSourceHostileNamesTests<RealKubernetesHarness>;
}
