using SecretProviders.ConformanceTests;

namespace SecretProviders.Kubernetes.Tests.Conformance;

public sealed class CompletenessTests : SuiteCompletenessTests;
