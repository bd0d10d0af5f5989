using Google.Protobuf;
using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Workload;

namespace SecretProviders.Xds.Tests.Spiffe;

/// <summary>SVIDs and bundles as the Workload API sends them.</summary>
internal static class Svids
{
    public static TestCertificateOptions Options(string id) => new() { Uris = [new Uri(id)] };

    public static X509SVID Make(TestCertificateAuthority authority, string id, string hint = "") =>
        Make(id, authority.Issue("workload", Options(id)).Secret, authority, hint);

    public static X509SVID Make(string id, TlsCertificate certificate, TestCertificateAuthority authority, string hint = "") => new()
    {
        SpiffeId = id,
        X509Svid = Der(certificate.Chain),
        X509SvidKey = ByteString.CopyFrom(((PrivateKeyBytes)certificate.PrivateKey).Pkcs8.GetSpan()),
        Bundle = Bundle(authority),
        Hint = hint,
    };

    public static ByteString Bundle(params IEnumerable<TestCertificateAuthority> authorities) => Der(authorities.SelectMany(static authority => authority.Trust.TrustAnchors));

    public static ByteString Der(IEnumerable<EncodedCertificate> certificates) =>
        ByteString.CopyFrom([.. certificates.SelectMany(static certificate => certificate.Der.ToArray())]);

    public static X509SVIDResponse Response(params IEnumerable<X509SVID> svids) => new() { Svids = { svids } };

    public static X509BundlesResponse Bundles(params IEnumerable<(string TrustDomain, ByteString Bundle)> bundles)
    {
        var response = new X509BundlesResponse();
        foreach (var (domain, bundle) in bundles)
        {
            response.Bundles.Add(domain, bundle);
        }

        return response;
    }
}
