using SecretProviders.ConformanceTests;

namespace SecretProviders.Xds.Tests;

public sealed class CompletenessTests : SuiteCompletenessTests;
