using SecretProviders.ConformanceTests;

namespace SecretProviders.Vault.Tests.Conformance;

public sealed class CompletenessTests : SuiteCompletenessTests;
