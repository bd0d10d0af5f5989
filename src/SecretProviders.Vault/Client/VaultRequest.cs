namespace SecretProviders.Vault.Client;

/// <summary>One question to Vault.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The API path without <c>/v1/</c>, each segment escaped already.</param>
internal sealed record VaultRequest(HttpMethod Method, string Path)
{
    private readonly bool? _repeatable;

    /// <summary>Gets the query without its question mark, escaped; null for none.</summary>
    public string? Query { get; init; }

    /// <summary>Gets the JSON body, or null for none.</summary>
    public SensitiveBytes? Body { get; init; }

    /// <summary>Gets the token to show, or null for none.</summary>
    public SensitiveBytes? Token { get; init; }

    /// <summary>Gets a value indicating whether the server itself is asked about: in no namespace, and only the status of the answer counts.</summary>
    public bool IsAboutServer { get; init; }

    /// <summary>
    /// Gets a value indicating whether the question may be asked again of another server when nobody knows what became
    /// of it. What mints (PKI, database credentials) must not be: the first one may have been minted.
    /// </summary>
    /// <value>By default true for GET.</value>
    public bool Repeatable
    {
        get => _repeatable ?? Method == HttpMethod.Get;
        init => _repeatable = value;
    }

    /// <summary>Makes a question with GET.</summary>
    public static VaultRequest Get(string path) => new(HttpMethod.Get, path);

    /// <summary>Makes a question with POST, which every version takes where others take PUT.</summary>
    public static VaultRequest Post(string path, SensitiveBytes? body = null) => new(HttpMethod.Post, path) { Body = body };

    /// <summary>Returns the method and the path.</summary>
    public override string ToString() => $"{Method} {Path}";
}
