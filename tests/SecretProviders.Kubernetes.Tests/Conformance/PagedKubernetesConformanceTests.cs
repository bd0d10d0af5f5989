using SecretProviders.ConformanceTests;

namespace SecretProviders.Kubernetes.Tests.Conformance;

/// <summary>The suites against the fake, as a server that does not stream lists.</summary>
public static class PagedKubernetesConformanceTests
{
    public sealed class Read : SecretSourceReadTests<PagedKubernetesHarness>;

    public sealed class Watch : SecretSourceWatchTests<PagedKubernetesHarness>;

    public sealed class Failure : SecretSourceFailureTests<PagedKubernetesHarness>;

    public sealed class Rotation : SecretSourceRotationTests<PagedKubernetesHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<PagedKubernetesHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<PagedKubernetesHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<PagedKubernetesHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<PagedKubernetesHarness>;
}
