using System.Collections.Immutable;
using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Engines.Pki;

/// <summary>A reference's parameters to what Vault is asked. Pure.</summary>
internal static class PkiRequest
{
    // One of them at least, so that nothing is written where somebody only wanted to read.
    private static readonly ImmutableArray<string> Names = ["common_name", "alt_names", "uri_sans", "ip_sans", "other_sans"];

    // Vault would answer in another shape, or for another key.
    private static readonly ImmutableArray<string> Ours = ["csr", "format", "private_key_format"];

    // Of a key that is not Vault's.
    private static readonly ImmutableArray<string> KeyParameters = [PkiKeys.TypeParameter, PkiKeys.BitsParameter];

    /// <summary>Says whether the parameters name somebody.</summary>
    /// <param name="reference">The reference.</param>
    public static bool NamesSomebody(SecretReference reference) => Names.Any(reference.Parameters.ContainsKey);

    /// <summary>Judges a reference of a role.</summary>
    /// <param name="reference">The reference.</param>
    /// <returns>What is wrong, or null.</returns>
    public static SecretProblem? Check(SecretReference reference)
    {
        if (reference.Kind is { } kind and not SecretKind.TlsCertificate)
        {
            return new SecretProblem(SecretProblemCode.WrongKind, $"'{reference.Key}' issues TLS certificates and not {kind}: correct the route's kind.");
        }

        if (reference.Property is not null || reference.Version is not null)
        {
            return Bad(reference, "a certificate is issued whole and anew: remove the reference's property and version");
        }

        if (!NamesSomebody(reference))
        {
            return Bad(reference, $"the parameters name nobody: give {Names[0]}, or one of {string.Join(", ", Names.Skip(1))}");
        }

        if (Ours.FirstOrDefault(reference.Parameters.ContainsKey) is { } ours)
        {
            return Bad(reference, $"the parameter '{ours}' is the source's own: remove it");
        }

        return reference.Parameters.FirstOrDefault(static parameter => parameter.Value.Length == 0 || !VaultPath.IsPrintable(parameter.Value)).Key is { } unsound
            ? Bad(reference, $"the parameter '{unsound}' is empty or has control characters: give it a value, or remove it")
            : null;
    }

    /// <summary>Writes what Vault is asked.</summary>
    /// <param name="reference">A sound reference of a role.</param>
    /// <param name="csr">The request for a key that is not Vault's, as PEM; null when Vault makes the key.</param>
    public static SensitiveBytes Body(SecretReference reference, string? csr)
    {
        var asked = reference.Parameters.Where(parameter => csr is null || !KeyParameters.Contains(parameter.Key));
        var properties = asked.Select(static parameter => (parameter.Key, (SensitiveBytes?)VaultJson.Text(parameter.Value)));
        return VaultJson.WriteObject([.. properties, ("csr", csr is null ? null : VaultJson.Text(csr))]);
    }

    /// <summary>Makes the problem of a reference that cannot be asked so.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="why">What is wrong, and the remedy.</param>
    public static SecretProblem Bad(SecretReference reference, string why) => new(SecretProblemCode.BadName, $"'{reference.Key}': {why}.");
}
