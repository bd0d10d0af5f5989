using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Auth;

/// <summary>A Kubernetes service account (<c>auth/kubernetes/login</c>); its projected token is read anew for each login, since the kubelet replaces it.</summary>
internal sealed class KubernetesVaultAuth(VaultKubernetesOptions options, CredentialReader credentials, TimeProvider timeProvider) : IVaultAuth
{
    private readonly string _mount = VaultPath.EscapeMount(options.Mount);

    public string Description => $"Kubernetes at auth/{options.Mount}, role '{options.Role}'";

    public async ValueTask<VaultToken> LogInAsync(VaultClient client, CancellationToken cancellationToken)
    {
        var jwt = await credentials.ReadValueAsync(options.Jwt, cancellationToken).ConfigureAwait(false);
        var body = VaultJson.WriteObject(("role", VaultJson.Text(options.Role)), ("jwt", jwt));
        return await VaultLogin.PostAsync(client, timeProvider, Description, _mount, body, cancellationToken).ConfigureAwait(false);
    }
}
