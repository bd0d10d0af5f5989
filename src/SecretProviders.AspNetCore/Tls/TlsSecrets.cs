using System.Net.Security;
using SecretProviders.Verification;

namespace SecretProviders.AspNetCore.Tls;

/// <summary>
/// The two secrets of one TLS listener. Subscribes to them, so that they are watched as long as the server runs, and
/// reports which versions are in use, so that a staged rotation knows this consumer too. The end of the provider ends it.
/// </summary>
internal sealed class TlsSecrets
{
    private readonly ISecretSubscription _subscription;

    public TlsSecrets(ISecretProvider provider, string listener, string certificate, string clientCa)
    {
        Certificate = new WatchedSecret<SslStreamCertificateContext>(provider, certificate, ServerCertificate.Make);
        ClientCa = new WatchedSecret<PeerVerifier>(provider, clientCa, ClientTrust.Make);
        _subscription = provider.Subscribe(new SecretConsumer(listener), certificate, clientCa);
        Reading = ReadAsync();
    }

    public WatchedSecret<SslStreamCertificateContext> Certificate { get; }

    public WatchedSecret<PeerVerifier> ClientCa { get; }

    /// <summary>Gets the task that ends with the provider.</summary>
    public Task Reading { get; }

    private async Task ReadAsync()
    {
        await foreach (var batch in _subscription.ReadAllAsync().ConfigureAwait(false))
        {
            foreach (var snapshot in batch.Changes.Where(static snapshot => snapshot.Secret is not null))
            {
                // Made here, a new version is ready before the next handshake wants it.
                var problem = Prepare(snapshot);
                _subscription.Report(snapshot.Name, snapshot.Version, problem is null ? SecretOutcome.Applied : SecretOutcome.Rejected, problem);
            }
        }
    }

    private string? Prepare(SecretSnapshot snapshot)
    {
        string? problem;
        if (snapshot.Name == Certificate.Name)
        {
            Certificate.Get(snapshot, out problem);
        }
        else
        {
            ClientCa.Get(snapshot, out problem);
        }

        return problem;
    }
}
