using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.DevelopmentCa;

/// <summary>Judges which keys may become the subject of a certificate. Pure.</summary>
internal static class DevelopmentCaName
{
    /// <summary>The key of the authority's own trust.</summary>
    public const string Trust = "ca";

    private const int LongestDnsName = 253;
    private const int LongestLabel = 63;
    private const int LongestSpiffeId = 2048;
    private const string Wildcard = "*.";
    private const string SpiffeScheme = "spiffe://";

    /// <summary>Makes the subject alternative name of a key, or null when the key is not fit to be one.</summary>
    /// <param name="key">A DNS name (RFC 1123, also with underscores and a leading <c>*.</c>), an IP address or a SPIFFE ID.</param>
    public static X509Extension? ToSubjectAltName(string key)
    {
        var names = new SubjectAlternativeNameBuilder();
        try
        {
            return TryAdd(names, key) ? names.Build() : null;
        }
        catch (ArgumentException)
        {
            // The builder also applies the platform's IDN rules, which may refuse Punycode that ours let pass.
            return null;
        }
    }

    /// <summary>Makes the problem of a key that is not fit to be a name; a long or unprintable key is not repeated.</summary>
    public static SecretProblem Problem(string key) => new(
        SecretProblemCode.BadName,
        $"{Show(key)} cannot be the name of a certificate: use a DNS name, an IP address, a SPIFFE ID, 'default', or '{Trust}' for the trust.");

    private static bool TryAdd(SubjectAlternativeNameBuilder names, string key)
    {
        if (IsAddress(key, out var address))
        {
            names.AddIpAddress(address);
        }
        else if (IsSpiffeId(key))
        {
            names.AddUri(new Uri(key));
        }
        else if (IsDnsName(key))
        {
            names.AddDnsName(key);
        }
        else
        {
            return false;
        }

        return true;
    }

    // Only the usual spelling, since the parser also takes "1" and "0x7f.1".
    private static bool IsAddress(string key, out IPAddress address) =>
        IPAddress.TryParse(key, out address!) && string.Equals(address.ToString(), key, StringComparison.OrdinalIgnoreCase);

    private static bool IsDnsName(string key)
    {
        var name = key.StartsWith(Wildcard, StringComparison.Ordinal) ? key[Wildcard.Length..] : key;
        return key.Length is > 0 and <= LongestDnsName && name.Split('.').All(static label =>
            label.Length is > 0 and <= LongestLabel
            && label.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
            && label[0] != '-'
            && label[^1] != '-');
    }

    private static bool IsSpiffeId(string key) =>
        key.Length <= LongestSpiffeId
        && key.StartsWith(SpiffeScheme, StringComparison.Ordinal)
        && key[SpiffeScheme.Length..].Split('/').All(static segment =>
            segment.Length > 0
            && segment is not ("." or "..")
            && segment.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.'));

    private static string Show(string key) => key.Length <= LongestDnsName && !key.Any(static character => char.IsControl(character) || char.IsSurrogate(character))
        ? $"'{key}'"
        : string.Create(CultureInfo.InvariantCulture, $"A key of {key.Length} characters");
}
