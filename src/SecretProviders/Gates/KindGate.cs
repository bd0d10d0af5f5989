using System.Collections.Immutable;

namespace SecretProviders.Gates;

/// <summary>A name keeps the kind of its first find, or the kind its route gives it.</summary>
internal static class KindGate
{
    private static readonly ImmutableArray<GateVerdict> Passed = [.. Enum.GetNames<SecretKind>().Select(static kind => GateVerdict.Pass("kind", kind))];

    public static GateVerdict Check(Secret secret, SecretKind? expected) =>
        expected is null || secret.Kind == expected
            ? Passed[(int)secret.Kind]
            : GateVerdict.Fail("kind", SecretProblemCode.WrongKind, $"It is a {secret.Kind}, but this name holds a {expected}; serve it under another name.");
}
