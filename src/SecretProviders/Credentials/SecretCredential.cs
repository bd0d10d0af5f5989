namespace SecretProviders;

/// <summary>
/// Where a source finds one of its own credentials: a file, or a secret of the provider that it belongs to. Holds no
/// secret itself, so it may be printed. Equal by value.
/// </summary>
public sealed record SecretCredential
{
    private SecretCredential()
    {
    }

    /// <summary>Gets the file or folder, or null.</summary>
    public string? Path { get; private init; }

    /// <summary>Gets the file that holds the key of the certificate in <see cref="Path"/>; null when it lies in the same file or folder.</summary>
    public string? KeyPath { get; private init; }

    /// <summary>Gets the name of the secret, or null.</summary>
    public string? Secret { get; private init; }

    /// <summary>Gets the field of a generic secret with several, or null for the only one.</summary>
    public string? Field { get; private init; }

    /// <summary>
    /// Names a file, read anew whenever the credential is needed. A text ends before its trailing white space; a
    /// certificate is PEM with its chain and key, or a folder with <c>tls.crt</c> and <c>tls.key</c>.
    /// </summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="keyPath">The file of a certificate's key when it has one of its own.</param>
    public static SecretCredential FromFile(string path, string? keyPath = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SecretCredential { Path = path, KeyPath = keyPath };
    }

    /// <summary>Names a secret of the provider that the source belongs to; its newest version is taken whenever the credential is needed.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="field">The field of a generic secret with several.</param>
    public static SecretCredential FromSecret(string name, string? field = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SecretCredential { Secret = name, Field = field };
    }

    /// <summary>Returns where the credential is, as messages show it.</summary>
    public override string ToString() => Secret is null ? $"file '{Path}'" : $"secret '{Secret}'";
}
