using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Gates;

/// <summary>Demands the secret's name among the leaf's DNS names; a wildcard covers one label (RFC 6125, section 6.4.3).</summary>
internal static class NameInSanGate
{
    private const string SubjectAlternativeName = "2.5.29.17";

    public static GateVerdict Check(TlsCertificate certificate, string name)
    {
        using var leaf = certificate.Leaf.Load();
        return DnsNames(leaf).Any(pattern => Covers(pattern, name))
            ? GateVerdict.Pass("nameInSan", name)
            : GateVerdict.Fail("nameInSan", SecretProblemCode.NameMismatch, $"'{name}' is not among the leaf's DNS names; issue it with that name.");
    }

    public static bool Covers(string pattern, string name)
    {
        if (pattern.Equals(name, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && pattern.StartsWith("*.", StringComparison.Ordinal) && name.AsSpan(dot).Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<string> DnsNames(X509Certificate2 leaf) =>
        leaf.Extensions[SubjectAlternativeName] is { } extension
            ? new X509SubjectAlternativeNameExtension(extension.RawData).EnumerateDnsNames()
            : [];
}
