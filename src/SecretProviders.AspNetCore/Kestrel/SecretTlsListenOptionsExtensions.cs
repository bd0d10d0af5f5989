using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SecretProviders;
using SecretProviders.AspNetCore.Peers;
using SecretProviders.AspNetCore.Tls;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>TLS whose secrets come from the application's own provider.</summary>
public static class SecretTlsListenOptionsExtensions
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Adds TLS with client certificates (mTLS), by two names of the registered <see cref="ISecretProvider"/>. Both
    /// rotate without restart: each handshake takes the newest version, connections that stand are left alone. While
    /// a secret is missing or unusable, handshakes are refused and one log line says why.
    /// </summary>
    /// <remarks>
    /// Every client must present a certificate. A SPIFFE ID of a trust domain that the client CA lists must chain to
    /// an anchor of that domain, every other certificate to an anchor that holds for every peer. Matchers of names,
    /// pins, revocation lists and the limit of depth are enforced as Envoy does. A client CA with lax flags is refused.
    /// </remarks>
    /// <param name="listen">The listener; set its protocols before.</param>
    /// <param name="certificate">The name of the server's TLS certificate; its private key must be bytes.</param>
    /// <param name="clientCa">The name of the validation context that clients are judged by.</param>
    public static ListenOptions UseSecretTls(this ListenOptions listen, string certificate, string clientCa)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentException.ThrowIfNullOrEmpty(certificate);
        ArgumentException.ThrowIfNullOrEmpty(clientCa);
        var services = listen.ApplicationServices;
        var time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var secrets = new TlsSecrets(services.GetRequiredService<ISecretProvider>(), $"listener {listen}", certificate, clientCa);
        var handshakes = new TlsHandshakes(secrets, new PeerCauses(time), time, services.GetRequiredService<ILogger<TlsHandshakes>>());
        return listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = handshakes.BeginAsync,
            HandshakeTimeout = HandshakeTimeout,
        });
    }
}
