namespace SecretProviders.Gates;

/// <summary>A name keeps the kind of its first find, or the kind its route gives it.</summary>
internal static class KindGate
{
    public static GateVerdict Check(Secret secret, SecretKind? expected) =>
        expected is null || secret.Kind == expected
            ? GateVerdict.Pass("kind", secret.Kind.ToString())
            : GateVerdict.Fail("kind", SecretProblemCode.WrongKind, $"It is a {secret.Kind}, but this name holds a {expected}; serve it under another name.");
}
