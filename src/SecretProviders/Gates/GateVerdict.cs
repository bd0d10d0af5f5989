namespace SecretProviders.Gates;

/// <summary>One gate's verdict on a candidate; the problem is null when it passes.</summary>
internal sealed record GateVerdict(string Gate, SecretProblem? Problem, string Detail)
{
    public static GateVerdict Pass(string gate, string detail) => new(gate, null, detail);

    public static GateVerdict Fail(string gate, SecretProblemCode code, string message) => new(gate, new SecretProblem(code, message), message);

    public GateExplanation Explain() => new(Gate, Problem is null, Detail);
}
