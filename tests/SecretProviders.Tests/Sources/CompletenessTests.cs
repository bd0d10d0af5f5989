using SecretProviders.ConformanceTests;

namespace SecretProviders.Tests.Sources;

public sealed class CompletenessTests : SuiteCompletenessTests;
