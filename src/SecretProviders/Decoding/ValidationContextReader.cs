using System.Collections.Immutable;

namespace SecretProviders.Decoding;

/// <summary>Trust anchors and revocation lists. Anchors need not be roots, nor even authorities: Envoy permits partial chains.</summary>
internal static class ValidationContextReader
{
    public static ValidationContext Read(SecretFields fields, FieldRoles roles)
    {
        var content = FieldContentReader.Read(fields, [.. AnchorFields(roles), .. roles.Revocation is null ? Enumerable.Empty<string>() : [roles.Revocation]]);
        if (content.Keys.Count > 0)
        {
            throw new UnsoundSecretException(
                SecretProblemCode.Malformed, content.Keys[0].Where, "there is a private key among the trust, which goes to every consumer; remove it, and replace the key if this was ever served.");
        }

        if (content.Certificates.Count == 0)
        {
            throw new UnsoundSecretException(
                SecretProblemCode.Incomplete, fields.Place, "there is no trust anchor; store the certificates of the authorities as ca.crt.");
        }

        return new ValidationContext
        {
            TrustAnchors = [.. content.Certificates.Select(static found => found.Certificate).Distinct()],
            RevocationLists = [.. content.RevocationLists],
        };
    }

    // Beside a key, a certificate is somebody's own and no anchor, unless a field says so.
    private static ImmutableArray<string> AnchorFields(FieldRoles roles) => roles switch
    {
        { Trust: { } trust } => [trust],
        { HasKey: true } => [],
        { Pair.IsEmpty: false } => roles.Pair,
        _ => roles.Unnamed,
    };
}
