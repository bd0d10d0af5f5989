namespace SecretProviders.Vault;

/// <summary>A login by AppRole.</summary>
public sealed class VaultAppRoleOptions
{
    /// <summary>Gets or sets where the method is mounted, without <c>auth/</c>.</summary>
    /// <value>The default is <c>approle</c>.</value>
    public string Mount { get; set; } = "approle";

    /// <summary>Gets or sets the role id; it is no secret.</summary>
    public string RoleId { get; set; } = string.Empty;

    /// <summary>Gets or sets the secret id, read anew at each login; null for a role that needs none.</summary>
    public SecretCredential? SecretId { get; set; }

    /// <summary>Gets or sets a value indicating whether <see cref="SecretId"/> is a wrapping token, to be unwrapped once.</summary>
    public bool SecretIdWrapped { get; set; }
}
