namespace SecretProviders.Vault;

/// <summary>A login by a Kubernetes service account.</summary>
public sealed class VaultKubernetesOptions
{
    /// <summary>Gets or sets where the method is mounted, without <c>auth/</c>.</summary>
    /// <value>The default is <c>kubernetes</c>.</value>
    public string Mount { get; set; } = "kubernetes";

    /// <summary>Gets or sets the role.</summary>
    public string Role { get; set; } = string.Empty;

    /// <summary>Gets or sets the service account's token, read anew at each login.</summary>
    /// <value>The default is the token that Kubernetes mounts into every pod.</value>
    public SecretCredential Jwt { get; set; } = SecretCredential.FromFile("/var/run/secrets/kubernetes.io/serviceaccount/token");
}
