namespace SecretProviders;

/// <summary>One gate's verdict on a candidate.</summary>
/// <param name="Gate">The gate's name as in the configuration, or <c>validity</c> or <c>kind</c>.</param>
/// <param name="Passed">Whether the candidate passes.</param>
/// <param name="Detail">What was seen, for people.</param>
public sealed record GateExplanation(string Gate, bool Passed, string Detail);
