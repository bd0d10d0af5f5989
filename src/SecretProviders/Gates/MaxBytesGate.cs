namespace SecretProviders.Gates;

/// <summary>Refuses secrets whose content is larger than the route allows.</summary>
internal static class MaxBytesGate
{
    public static GateVerdict Check(Secret secret, long maximum)
    {
        var size = Size(secret);
        return size <= maximum
            ? GateVerdict.Pass("maxBytes", $"{size} bytes")
            : GateVerdict.Fail("maxBytes", SecretProblemCode.TooLarge, $"It holds {size} bytes, but the route allows {maximum}; raise gates.maxBytes or store less.");
    }

    private static long Size(Secret secret) => secret switch
    {
        TlsCertificate tls => tls.Chain.Sum(static one => (long)one.Der.Length) + tls.OcspStaple.Length + (tls.PrivateKey is PrivateKeyBytes key ? key.Pkcs8.Length : 0),
        ValidationContext trust => trust.AllAnchors.Sum(static one => (long)one.Der.Length) + trust.RevocationLists.Sum(static list => (long)list.Length),
        SessionTicketKeys keys => (long)keys.Keys.Length * SessionTicketKeys.KeyLength,
        GenericSecret generic => (generic.Value?.Length ?? 0) + generic.Fields.Sum(static field => (long)field.Value.Length),
        _ => 0,
    };
}
