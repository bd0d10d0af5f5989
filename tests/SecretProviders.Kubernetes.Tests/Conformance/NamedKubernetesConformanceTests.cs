using SecretProviders.ConformanceTests;

namespace SecretProviders.Kubernetes.Tests.Conformance;

/// <summary>The suites against the fake, with a watch for each name.</summary>
public static class NamedKubernetesConformanceTests
{
    public sealed class Read : SecretSourceReadTests<NamedKubernetesHarness>;

    public sealed class Watch : SecretSourceWatchTests<NamedKubernetesHarness>;

    public sealed class Failure : SecretSourceFailureTests<NamedKubernetesHarness>;

    public sealed class Rotation : SecretSourceRotationTests<NamedKubernetesHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<NamedKubernetesHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<NamedKubernetesHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<NamedKubernetesHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<NamedKubernetesHarness>;
}
