using SecretProviders.ConformanceTests;

namespace SecretProviders.Kubernetes.Tests.Conformance;

/// <summary>The suites against the fake, as a server that streams lists.</summary>
public static class FakeKubernetesConformanceTests
{
    public sealed class Read : SecretSourceReadTests<FakeKubernetesHarness>;

    public sealed class Watch : SecretSourceWatchTests<FakeKubernetesHarness>;

    public sealed class Failure : SecretSourceFailureTests<FakeKubernetesHarness>;

    public sealed class Rotation : SecretSourceRotationTests<FakeKubernetesHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<FakeKubernetesHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<FakeKubernetesHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<FakeKubernetesHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<FakeKubernetesHarness>;
}
