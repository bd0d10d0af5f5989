namespace SecretProviders.Kubernetes.Configuration;

/// <summary>Whom a kubeconfig's user acts as.</summary>
/// <param name="User">The name.</param>
/// <param name="Uid">The UID, or null.</param>
/// <param name="Group">The group, or null.</param>
internal sealed record Impersonation(string User, string? Uid, string? Group);
