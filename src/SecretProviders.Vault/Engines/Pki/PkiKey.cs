using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Vault.Engines.Pki;

/// <summary>A key that is made here and never travels, with the request (PKCS#10, RFC 2986) for its certificate.</summary>
/// <param name="Pkcs8">The private key as PKCS#8 DER.</param>
/// <param name="Request">The request as PEM.</param>
internal sealed record PkiKey(SensitiveBytes Pkcs8, string Request)
{
    /// <summary>The parameter that says which sort of key: <c>ec</c> or <c>rsa</c>.</summary>
    public const string TypeParameter = "key_type";

    /// <summary>The parameter that says its size.</summary>
    public const string BitsParameter = "key_bits";

    private const int DefaultRsaBits = 2048;
    private static readonly ImmutableArray<string> NameParameters = ["alt_names", "ip_sans", "uri_sans"];

    /// <summary>Makes a key and a request with the names of a reference, since a role may take them from either place.</summary>
    /// <param name="reference">A sound reference of a role.</param>
    /// <param name="key">The key.</param>
    /// <returns>What is wrong with the parameters, or null.</returns>
    public static SecretProblem? TryCreate(SecretReference reference, out PkiKey? key)
    {
        key = null;
        if (ReadNames(reference, out var names) is { } problem)
        {
            return problem;
        }

        var subject = SubjectOf(reference);
        switch (reference.Parameters.GetValueOrDefault(TypeParameter, "ec"), reference.Parameters.GetValueOrDefault(BitsParameter, "0"))
        {
            case ("ec", "0" or "256"):
                key = CreateEcdsa(ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256, subject, names);
                return null;
            case ("ec", "384"):
                key = CreateEcdsa(ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384, subject, names);
                return null;
            case ("ec", "521"):
                key = CreateEcdsa(ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512, subject, names);
                return null;
            case ("rsa", "0" or "2048" or "3072" or "4096") rsa:
                key = CreateRsa(rsa.Item2 == "0" ? DefaultRsaBits : int.Parse(rsa.Item2, CultureInfo.InvariantCulture), subject, names);
                return null;
            default:
                return PkiRequest.Bad(reference, $"a key for signing is {TypeParameter} ec with {BitsParameter} 256, 384 or 521, or rsa with 2048, 3072 or 4096: correct them");
        }
    }

    private static X500DistinguishedName SubjectOf(SecretReference reference)
    {
        var subject = new X500DistinguishedNameBuilder();
        if (reference.Parameters.TryGetValue("common_name", out var name))
        {
            subject.AddCommonName(name);
        }

        return subject.Build();
    }

    private static SecretProblem? ReadNames(SecretReference reference, out X509Extension? names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        var any = false;
        names = null;
        foreach (var (parameter, text) in NameParameters.SelectMany(parameter => Split(reference, parameter)))
        {
            if (!TryAdd(builder, parameter, text))
            {
                return PkiRequest.Bad(reference, $"the parameter '{parameter}' has '{text}', which cannot stand in a certificate: correct it");
            }

            any = true;
        }

        names = any ? builder.Build() : null;
        return null;
    }

    private static IEnumerable<(string Parameter, string Text)> Split(SecretReference reference, string parameter) =>
        reference.Parameters.GetValueOrDefault(parameter, string.Empty)
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => (parameter, text));

    private static bool TryAdd(SubjectAlternativeNameBuilder builder, string parameter, string text)
    {
        try
        {
            switch (parameter)
            {
                case "ip_sans" when IPAddress.TryParse(text, out var address):
                    builder.AddIpAddress(address);
                    return true;
                case "uri_sans" when Uri.TryCreate(text, UriKind.Absolute, out var uri):
                    builder.AddUri(uri);
                    return true;
                case "alt_names" when text.Contains('@', StringComparison.Ordinal):
                    builder.AddEmailAddress(text);
                    return true;
                case "alt_names":
                    builder.AddDnsName(text);
                    return true;
                default:
                    return false;
            }
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            return false;
        }
    }

    private static PkiKey CreateEcdsa(ECCurve curve, HashAlgorithmName hash, X500DistinguishedName subject, X509Extension? names)
    {
        using var key = ECDsa.Create(curve);
        return Create(key, new CertificateRequest(subject, key, hash), names);
    }

    private static PkiKey CreateRsa(int bits, X500DistinguishedName subject, X509Extension? names)
    {
        using var key = RSA.Create(bits);
        return Create(key, new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), names);
    }

    private static PkiKey Create(AsymmetricAlgorithm key, CertificateRequest request, X509Extension? names)
    {
        if (names is not null)
        {
            request.CertificateExtensions.Add(names);
        }

        var pkcs8 = key.ExportPkcs8PrivateKey();
        try
        {
            return new PkiKey(SensitiveBytes.Copy(pkcs8), request.CreateSigningRequestPem());
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}
