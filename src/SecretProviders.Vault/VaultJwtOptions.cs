namespace SecretProviders.Vault;

/// <summary>A login by a JWT.</summary>
public sealed class VaultJwtOptions
{
    /// <summary>Gets or sets where the method is mounted, without <c>auth/</c>.</summary>
    /// <value>The default is <c>jwt</c>.</value>
    public string Mount { get; set; } = "jwt";

    /// <summary>Gets or sets the role; null for the method's default role.</summary>
    public string? Role { get; set; }

    /// <summary>Gets or sets the JWT, read anew at each login.</summary>
    public SecretCredential? Jwt { get; set; }
}
