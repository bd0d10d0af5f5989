using System.Collections.Immutable;

namespace SecretProviders.FileSystem;

/// <summary>
/// One way to lay out a secret in files. The layouts of a key are tried in order, and the first of which any required
/// file is there is taken, even when another of its files is missing: a half-written pair must not fall through to
/// other files that happen to lie beside it.
/// </summary>
/// <param name="Place">The files for messages, below the source's folder.</param>
/// <param name="Fields">The files.</param>
internal sealed record FileSystemLayout(string Place, ImmutableArray<FileSystemField> Fields)
{
    // The name by which cert-manager, Kubernetes and most tools call a certificate authority.
    private const string TrustName = "ca";

    /// <summary>Gets a value indicating whether every file in the folder of that place is a field.</summary>
    public bool WholeFolder { get; private init; }

    /// <summary>Gets the layouts of a key, the one that wins first.</summary>
    /// <param name="key">The key.</param>
    /// <param name="kind">The kind that is wanted; null for what the names of the files say, a TLS certificate in doubt.</param>
    /// <param name="exact">Whether the key names one file and nothing else.</param>
    public static ImmutableArray<FileSystemLayout> Of(FileSystemKey key, SecretKind? kind, bool exact)
    {
        var file = new FileSystemLayout(key.Path, [new FileSystemField(kind is null ? key.Name : string.Empty, key.Path, Required: true)]);
        if (exact)
        {
            return [file];
        }

        return kind switch
        {
            SecretKind.TlsCertificate => [.. TlsFolders(key), .. TlsFiles(key), file],
            SecretKind.ValidationContext => [.. TrustFolders(key), .. TrustFiles(key), file],
            null when key.Name == TrustName => [.. TlsFolders(key), .. TrustFolders(key), .. TrustFiles(key), file],
            null => [.. TlsFolders(key), .. TrustFolders(key), .. TlsFiles(key), file],
            _ => [file, new FileSystemLayout(key.Path, []) { WholeFolder = true }],
        };
    }

    /// <summary>Gets the paths, below the source's folder, at which the files of any layout of a key may lie.</summary>
    public static IEnumerable<string> PathsOf(FileSystemKey key, SecretKind? kind, bool exact) =>
        exact || kind is SecretKind.Generic or SecretKind.SessionTicketKeys
            ? [key.Path]
            : [key.Path, $"{key.Path}.crt", $"{key.Path}.key", $"{key.Path}.pem"];

    private static IEnumerable<FileSystemLayout> TlsFolders(FileSystemKey key) =>
    [
        Folder(key, ["tls.crt", "tls.key"], ["ca.crt", "ca.crl", "tls.ocsp-staple"]),
        Folder(key, ["fullchain.pem", "privkey.pem"], []),
        Folder(key, ["svid.pem", "svid_key.pem"], ["svid_bundle.pem", "bundle.pem"]),
    ];

    private static IEnumerable<FileSystemLayout> TrustFolders(FileSystemKey key) =>
    [
        Folder(key, ["ca.crt"], ["ca.crl"]),
        Folder(key, ["svid_bundle.pem"], []),
        Folder(key, ["bundle.pem"], []),
    ];

    private static IEnumerable<FileSystemLayout> TlsFiles(FileSystemKey key) =>
    [
        new($"{key.Path}.{{crt,key}}", [new("tls.crt", $"{key.Path}.crt", Required: true), new("tls.key", $"{key.Path}.key", Required: true)]),
        new($"{key.Path}.pem", [new(string.Empty, $"{key.Path}.pem", Required: true)]),
    ];

    private static IEnumerable<FileSystemLayout> TrustFiles(FileSystemKey key) =>
    [
        new($"{key.Path}.crt", [new("ca.crt", $"{key.Path}.crt", Required: true)]),
        new($"{key.Path}.pem", [new("ca.pem", $"{key.Path}.pem", Required: true)]),
    ];

    private static FileSystemLayout Folder(FileSystemKey key, ImmutableArray<string> required, ImmutableArray<string> optional) =>
        new(key.Path,
        [
            .. required.Select(name => new FileSystemField(name, $"{key.Path}/{name}", Required: true)),
            .. optional.Select(name => new FileSystemField(name, $"{key.Path}/{name}", Required: false)),
        ]);
}
