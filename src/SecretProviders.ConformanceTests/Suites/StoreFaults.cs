using Xunit;

namespace SecretProviders.ConformanceTests;

/// <summary>The faults, as the data of theories.</summary>
public static class StoreFaults
{
    /// <summary>Gets every fault.</summary>
    public static TheoryData<StoreFault> All => [.. Enum.GetValues<StoreFault>()];
}
