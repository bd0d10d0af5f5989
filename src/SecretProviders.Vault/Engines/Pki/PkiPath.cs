namespace SecretProviders.Vault.Engines.Pki;

/// <summary>Tells the paths of a PKI engine by their shape. Pure.</summary>
/// <remarks>
/// <c>MOUNT/issue/ROLE</c>, <c>MOUNT/sign/ROLE</c>, and both behind <c>MOUNT/issuer/REF</c>. Asking there is a write, and
/// the same write to a KV engine would replace a secret: so the shape alone is not enough, the reference must name
/// somebody by its parameters too.
/// </remarks>
internal static class PkiPath
{
    private const string Issue = "issue";
    private const string Sign = "sign";
    private const string Issuer = "issuer";

    /// <summary>Says whether a key is the path of a role that issues or signs.</summary>
    /// <param name="key">The key.</param>
    public static bool IsRole(string key) => key.Split('/') is [_, .., Issue or Sign, _];

    /// <summary>Says whether the key is made here and only signed there.</summary>
    /// <param name="key">The path of a role.</param>
    public static bool IsSign(string key) => key.Split('/')[^2] == Sign;

    /// <summary>Gets the mount of a role's path.</summary>
    /// <param name="path">The path, escaped or not.</param>
    public static string MountOf(string path)
    {
        var segments = path.Split('/');
        var length = segments is [_, .., Issuer, _, _, _] ? segments.Length - 4 : segments.Length - 2;
        return string.Join('/', segments[..length]);
    }

    /// <summary>Gets the path to ask for a trust's sake, or null when a key is no such path.</summary>
    /// <param name="path">The path, escaped or not.</param>
    public static string? TrustOf(string path) => path.Split('/') switch
    {
        // The path itself is answered with bare PEM; this one says the same in Vault's own words.
        [_, .., "ca_chain"] and not [_, .., "cert", _] => string.Concat(path.AsSpan(0, path.LastIndexOf('/')), "/cert/ca_chain"),
        [_, .., "cert", "ca" or "ca_chain" or "crl"] => path,
        [_, .., Issuer, _] or [_, .., Issuer, _, "json"] => path,
        _ => null,
    };
}
