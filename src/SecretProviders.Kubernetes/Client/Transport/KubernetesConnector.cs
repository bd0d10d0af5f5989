using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using SecretProviders.Credentials;
using SecretProviders.Kubernetes.Configuration;

namespace SecretProviders.Kubernetes.Client.Transport;

/// <summary>
/// Makes the connections: each new one is judged by the authorities of its own moment. The core's connector cannot stand
/// here, since it knows no proxy: a proxy's tunnel is secured by the HTTP stack itself.
/// </summary>
/// <param name="access">Where the server is.</param>
/// <param name="timeProvider">The clock by which certificates are judged.</param>
internal sealed class KubernetesConnector(ClusterAccess access, TimeProvider timeProvider)
{
    // Old connections end, so that rotated authorities are asked within this time.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(15);

    private readonly ServerTrust? _trust = access.Authorities is { } authorities ? new ServerTrust(authorities) : null;

    /// <summary>Says what a failure to connect means; null when it is no matter of trust.</summary>
    public SecretSourceException? Explain(HttpRequestException exception) => exception.InnerException switch
    {
        SecretSourceException unusable => unusable,
        AuthenticationException refused => new SecretSourceException(
            SecretErrorCode.Unreachable,
            $"TLS with '{access.Server.Authority}' failed: {refused.Message} Judged by {access.Authorities?.Place ?? "the system's authorities"}: correct certificate-authority, tls-server-name or server in {access.Place}.",
            exception),
        _ => null,
    };

    /// <summary>Makes a handler for connections of one certificate.</summary>
    /// <param name="timeout">How long to connect at most.</param>
    /// <param name="certificate">Proves who we are in the handshake, or null.</param>
    public SocketsHttpHandler CreateHandler(TimeSpan timeout, TlsCertificate? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = timeout,
            EnableMultipleHttp2Connections = true,
            PooledConnectionLifetime = Lifetime,
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingTimeout = PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            SslOptions = Handshake(certificate),
        };
        if (access.Proxy is { } proxy)
        {
            handler.Proxy = new WebProxy(proxy);
        }
        else if (access.Server.IsLoopback)
        {
            handler.UseProxy = false;
        }

        return handler;
    }

    private SslClientAuthenticationOptions Handshake(TlsCertificate? certificate)
    {
        var options = new SslClientAuthenticationOptions
        {
            ClientCertificateContext = certificate is null ? null : StoreHandshake.Proof(certificate, $"of {access.Place}"),
        };
        if (access.SkipsTlsVerification)
        {
            options.RemoteCertificateValidationCallback = (_, _, _, _) => access.SkipsTlsVerification;
        }
        else if (_trust is not null)
        {
            StoreHandshake.JudgeBy(options, _trust.Current, timeProvider);
        }

        return options;
    }
}
