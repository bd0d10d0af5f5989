using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Auth;

/// <summary>
/// The TLS client certificate of the connection (<c>auth/cert/login</c>). Vault renews the token only on a connection
/// with the same certificate, so another certificate means new connections and a login.
/// </summary>
internal sealed class CertificateVaultAuth(VaultCertificateOptions options, CredentialReader credentials, TimeProvider timeProvider) : IVaultAuth
{
    private readonly string _mount = VaultPath.EscapeMount(options.Mount);
    private EncodedCertificate? _leaf;

    public string Description => $"the certificate of {options.Certificate} at auth/{options.Mount}{(options.Role is null ? string.Empty : $", role '{options.Role}'")}";

    public async ValueTask<VaultToken> LogInAsync(VaultClient client, CancellationToken cancellationToken)
    {
        var certificate = await credentials.ReadCertificateAsync(options.Certificate!, cancellationToken).ConfigureAwait(false);
        if (!certificate.Leaf.Equals(_leaf))
        {
            client.ReplaceConnections();
            _leaf = certificate.Leaf;
        }

        var body = VaultJson.WriteObject(("name", options.Role is { } role ? VaultJson.Text(role) : null));
        return await VaultLogin.PostAsync(client, timeProvider, Description, _mount, body, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> IsReplacedAsync(VaultToken token, CancellationToken cancellationToken) =>
        !(await credentials.ReadCertificateAsync(options.Certificate!, cancellationToken).ConfigureAwait(false)).Leaf.Equals(_leaf);
}
