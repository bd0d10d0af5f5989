using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Vault.Engines.Pki;

/// <summary>The names that a request for a certificate asks for, since a role may take them from there or from the parameters. Pure.</summary>
/// <param name="Subject">The subject; may be empty.</param>
/// <param name="Names">The other names, or null for none.</param>
internal sealed record PkiSigningRequest(X500DistinguishedName Subject, X509Extension? Names)
{
    private static readonly ImmutableArray<string> NameParameters = ["alt_names", "ip_sans", "uri_sans"];

    /// <summary>Reads the names of a reference.</summary>
    /// <param name="reference">A sound reference of a role.</param>
    /// <param name="request">The names.</param>
    /// <returns>What cannot stand in a request, or null.</returns>
    public static SecretProblem? Read(SecretReference reference, out PkiSigningRequest? request)
    {
        request = null;
        var builder = new SubjectAlternativeNameBuilder();
        var any = false;
        foreach (var (parameter, text) in NameParameters.SelectMany(parameter => Split(reference, parameter)))
        {
            if (!TryAdd(builder, parameter, text))
            {
                return PkiRequest.Bad(reference, $"the parameter '{parameter}' has '{text}', which cannot stand in a certificate: correct it");
            }

            any = true;
        }

        request = new PkiSigningRequest(SubjectOf(reference), any ? builder.Build() : null);
        return null;
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
}
