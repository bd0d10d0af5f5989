using SecretProviders.ConformanceTests;

namespace SecretProviders.Interop.Tests;

public sealed class CompletenessTests : SuiteCompletenessTests;
