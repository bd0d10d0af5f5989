using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server.Auth;

namespace SecretProviders.Vault.Tests.Server.Engines.Pki;

/// <content>Certificates for roles.</content>
internal sealed partial class FakePki
{
    private const string NoCommonName =
        "the common_name field is required, or must be provided in a CSR with \"use_csr_common_name\" set to true, unless \"require_cn\" is set to false";

    private FakeVaultAnswer Issue(FakeVaultRequest request, string roleName, FakeToken token, bool sign)
    {
        var body = request.Json()!;
        if (!_roles.TryGetValue(roleName, out var role))
        {
            return FakeVaultAnswer.Error(400, $"unknown role: {roleName}");
        }

        if (Default is not { } authority)
        {
            var why = dialect == FakeVaultDialect.Vault18 ? "backend must be configured with a CA certificate/key" : "no default issuer currently configured";
            return FakeVaultAnswer.Error(500, $"1 error occurred:\n\t* could not fetch the CA certificate (was one set?): {why}\n\n");
        }

        var ttl = FakeDuration.Read(body["ttl"]);
        if (body["ttl"] is { } text && ttl is null)
        {
            return dialect == FakeVaultDialect.Vault18
                ? FakeVaultAnswer.Error(500, $"1 error occurred:\n\t* error converting input {text} for field \"ttl\": strconv.ParseInt: parsing \"{text}\": invalid syntax\n\n")
                : FakeVaultAnswer.Error(400, $"Field validation failed: error converting input for field \"ttl\": time: invalid duration \"{text}\"");
        }

        CertificateRequest? csr = null;
        if (sign && !TryLoad(body["csr"]?.ToString() ?? string.Empty, out csr))
        {
            return FakeVaultAnswer.Error(400, "csr contains no data");
        }

        if (TryName(body, role, csr, out var names) is { } refusal)
        {
            return refusal;
        }

        var warnings = new List<string>();
        var life = Limit(ttl ?? role.Ttl, role.MaxTtl, warnings);
        if (csr is not null && body["common_name"] is not null && role.Is("use_csr_common_name"))
        {
            warnings.Add("the common_name field was provided but the role is set with \"use_csr_common_name\" set to true");
        }

        var data = Certify(authority, role, names, csr, life, body);
        var answer = FakeVaultAnswer.Ok(data, warnings: warnings.Count == 0 ? null : [.. warnings]);
        var serial = data["serial_number"]!.ToString();
        return role.Is("generate_lease")
            ? leases.Grant(answer, request.Path, token, life, maxTtl: null, renewable: false, () => Revoke(serial))
            : answer;
    }

    private static TimeSpan LimitQuietly(TimeSpan asked, TimeSpan? most) => most is { } limit && asked > limit ? limit : asked;

    private TimeSpan Limit(TimeSpan asked, TimeSpan? most, List<string> warnings)
    {
        if (most is { } limit && asked > limit && dialect == FakeVaultDialect.OpenBao26)
        {
            warnings.Add($"TTL \"{FakeDuration.Go(asked)}\" is longer than permitted maxTTL \"{FakeDuration.Go(limit)}\", so maxTTL is being used");
        }

        return LimitQuietly(asked, most);
    }

    private static FakeVaultAnswer? TryName(JsonObject body, FakePkiRole role, CertificateRequest? csr, out Names names)
    {
        var fromCsr = csr is not null && role.Is("use_csr_sans") ? SubjectAlternativeNames(csr) : null;
        var commonName = csr is not null && role.Is("use_csr_common_name") ? CommonName(csr.SubjectName) : body["common_name"]?.ToString();
        string[] dns = fromCsr is not null ? [.. fromCsr.EnumerateDnsNames()] : Split(body["alt_names"]);
        string[] uris = Split(body["uri_sans"]);
        string[] addresses = fromCsr is not null ? [.. fromCsr.EnumerateIPAddresses().Select(static address => address.ToString())] : Split(body["ip_sans"]);
        names = new Names(commonName, [.. new[] { commonName }.OfType<string>().Concat(dns).Distinct()], uris, addresses);
        if (commonName is null)
        {
            return role.Is("require_cn") ? FakeVaultAnswer.Error(400, NoCommonName) : null;
        }

        if (!role.AllowsName(commonName))
        {
            return FakeVaultAnswer.Error(400, $"common name {commonName} not allowed by this role");
        }

        if (dns.FirstOrDefault(name => !role.AllowsName(name)) is { } forbidden)
        {
            return FakeVaultAnswer.Error(400, $"subject alternate name {forbidden} not allowed by this role");
        }

        return uris.All(role.AllowsUri)
            ? null
            : FakeVaultAnswer.Error(400, "URI Subject Alternative Names were provided via the API which are not valid for this role");
    }

    private static string[] Split(JsonNode? node) => node?.ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static string? CommonName(X500DistinguishedName subject) =>
        subject.EnumerateRelativeDistinguishedNames().FirstOrDefault(static part => part.GetSingleElementType().Value == "2.5.4.3")?.GetSingleElementValue();

    private static X509SubjectAlternativeNameExtension? SubjectAlternativeNames(CertificateRequest csr) =>
        csr.CertificateExtensions.FirstOrDefault(static extension => extension.Oid?.Value == "2.5.29.17") is { } names
            ? new X509SubjectAlternativeNameExtension(names.RawData)
            : null;

    private static bool TryLoad(string pem, out CertificateRequest? csr)
    {
        csr = null;
        try
        {
            csr = CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            return false;
        }
    }

    private JsonObject Certify(FakePkiAuthority authority, FakePkiRole role, Names names, CertificateRequest? csr, TimeSpan life, JsonObject body)
    {
        using AsymmetricAlgorithm key = role.KeyType == "rsa" ? RSA.Create(role.KeyBits) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        if (names.CommonName is not null)
        {
            subject.AddCommonName(names.CommonName);
        }

        var publicKey = csr?.PublicKey ?? new PublicKey(key);
        var leaf = new CertificateRequest(subject.Build(), publicKey, HashAlgorithmName.SHA256);
        leaf.CertificateExtensions.Add(names.Extension());
        leaf.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.KeyAgreement, critical: true));
        var notBefore = clock.GetUtcNow() - role.Backdated;
        using var certificate = authority.Sign(leaf, notBefore, clock.GetUtcNow() + life, FakePkiAuthority.NewSerial());
        var serial = FakePkiAuthority.Format(certificate.SerialNumberBytes.Span);
        Issued.Add(serial);
        if (!role.Is("no_store"))
        {
            _certificates[serial] = certificate.ExportCertificatePem();
        }

        return Describe(authority, certificate, csr is null ? key : null, body, notBefore);
    }

    private JsonObject Describe(FakePkiAuthority authority, X509Certificate2 certificate, AsymmetricAlgorithm? key, JsonObject body, DateTimeOffset notBefore)
    {
        var isDer = body["format"]?.ToString() == "der";
        var isBundle = body["format"]?.ToString() == "pem_bundle";
        var keyPem = key is null ? null : PrivateKey(key, body["private_key_format"]?.ToString() == "pkcs8");
        string Form(string pem) => isDer ? Convert.ToBase64String(PemBody(pem)) : pem;
        var data = new JsonObject();
        if (dialect == FakeVaultDialect.OpenBao26 || !authority.IsRoot)
        {
            data["ca_chain"] = Texts(authority.Chain.Select(Form));
        }

        var leaf = certificate.ExportCertificatePem();
        data["certificate"] = isBundle
            ? string.Join('\n', new[] { key is null ? null : PrivateKey(key, pkcs8: false), leaf }.OfType<string>().Concat(authority.IsRoot && key is not null ? [] : authority.Chain))
            : Form(leaf);
        data["expiration"] = FakeDuration.Unix(certificate.NotAfter);
        data["issuing_ca"] = Form(authority.Chain[0]);
        if (dialect == FakeVaultDialect.OpenBao26)
        {
            data["not_before"] = FakeDuration.Unix(notBefore);
        }

        if (keyPem is not null)
        {
            data["private_key"] = Form(keyPem);
            data["private_key_type"] = key is RSA ? "rsa" : "ec";
        }

        data["serial_number"] = FakePkiAuthority.Format(certificate.SerialNumberBytes.Span);
        return data;
    }

    private static string PrivateKey(AsymmetricAlgorithm key, bool pkcs8) => key switch
    {
        _ when pkcs8 => key.ExportPkcs8PrivateKeyPem(),
        RSA rsa => rsa.ExportRSAPrivateKeyPem(),
        ECDsa ecdsa => ecdsa.ExportECPrivateKeyPem(),
        _ => throw new ArgumentException("The fake has no such key.", nameof(key)),
    };

    private static byte[] PemBody(string pem) => Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);

    private FakeVaultAnswer SignIntermediate(JsonObject body)
    {
        var now = clock.GetUtcNow();
        var csr = CertificateRequest.LoadSigningRequestPem(body["csr"]!.ToString(), HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        var request = new CertificateRequest(new X500DistinguishedName($"CN={body["common_name"]}"), csr.PublicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(csr.PublicKey, critical: false));
        using var certificate = Default!.Sign(request, now - TimeSpan.FromSeconds(30), now + FakeDuration.Read(body["ttl"])!.Value, FakePkiAuthority.NewSerial());
        var data = new JsonObject();
        if (dialect == FakeVaultDialect.OpenBao26)
        {
            data["ca_chain"] = Texts([certificate.ExportCertificatePem(), .. Default.Chain]);
        }

        data["certificate"] = string.Join('\n', [certificate.ExportCertificatePem(), .. dialect == FakeVaultDialect.Vault18 ? [] : Default.Chain]);
        data["expiration"] = FakeDuration.Unix(certificate.NotAfter);
        data["issuing_ca"] = Default.Chain[0];
        data["serial_number"] = FakePkiAuthority.Format(certificate.SerialNumberBytes.Span);
        return FakeVaultAnswer.Ok(data);
    }

    private sealed record Names(string? CommonName, string[] Dns, string[] Uris, string[] Addresses)
    {
        public X509Extension Extension()
        {
            var builder = new SubjectAlternativeNameBuilder();
            Array.ForEach(Dns, builder.AddDnsName);
            Array.ForEach(Uris, uri => builder.AddUri(new Uri(uri)));
            Array.ForEach(Addresses, address => builder.AddIpAddress(IPAddress.Parse(address)));
            return builder.Build();
        }
    }
}
