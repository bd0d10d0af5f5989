using SecretProviders.ConformanceTests;

namespace SecretProviders.Testing.Tests.Conformance;

public sealed class CompletenessTests : SuiteCompletenessTests;
