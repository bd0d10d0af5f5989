using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecretProviders.Kubernetes.Configuration;

namespace SecretProviders.Kubernetes.Client.Transport;

/// <summary>
/// Makes the connections: each new one is judged by the authorities of its own moment. Says why the last one was
/// refused, which the HTTP stack does not.
/// </summary>
internal sealed class KubernetesConnector(ClusterAccess access)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    // Old connections end, so that rotated authorities are asked within this time.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(15);

    private volatile string? _refusal;

    /// <summary>Says what a failure to connect means.</summary>
    public SecretSourceException? Explain(HttpRequestException exception) => exception.InnerException switch
    {
        AuthenticationException => new SecretSourceException(
            SecretErrorCode.Unreachable, _refusal ?? $"The TLS handshake with '{access.Server.Authority}' failed: {exception.InnerException.Message}", exception),
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
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Judge(certificate, chain, errors),
                ClientCertificateContext = certificate is null ? null : Context(certificate),
            },
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

    private static SslStreamCertificateContext Context(TlsCertificate certificate)
    {
        var issuers = new X509Certificate2Collection(certificate.Chain.Skip(1).Select(static issuer => issuer.Load()).ToArray());
        return SslStreamCertificateContext.Create(certificate.LoadWithPrivateKey(), issuers, offline: true);
    }

    private static X509Certificate2[] Anchors(PemSource authorities) =>
        SecretDecoder.Decode(SecretFields.Single(authorities.Read(), authorities.Place), SecretKind.ValidationContext) switch
        {
            SecretState.Found { Secret: ValidationContext context } => [.. context.TrustAnchors.Select(static anchor => anchor.Load())],
            SecretState.Invalid invalid => throw new SecretSourceException(SecretErrorCode.Unreachable, invalid.Problem.Message),
            _ => throw new InvalidOperationException("The decoder finds a validation context or says why not."),
        };

    private bool Judge(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        _refusal = access.SkipsTlsVerification ? null : Refuse(certificate as X509Certificate2, presented, errors);
        return _refusal is null;
    }

    private string? Refuse(X509Certificate2? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return $"'{access.Server.Authority}' presented no certificate.";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"The certificate of '{access.Server.Authority}' is not for '{access.TlsServerName ?? access.Server.IdnHost}': correct server or tls-server-name in {access.Place}.";
        }

        if (access.Authorities is null)
        {
            return errors == SslPolicyErrors.None ? null : Distrust("the system's authorities", presented);
        }

        try
        {
            return JudgeChain(certificate, presented, access.Authorities);
        }
        catch (Exception exception) when (exception is SecretSourceException or CryptographicException)
        {
            return $"The authorities of {access.Authorities.Place} cannot be read, so '{access.Server.Authority}' is not trusted: {exception.Message}";
        }
    }

    private string? JudgeChain(X509Certificate2 certificate, X509Chain? presented, PemSource authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.CustomTrustStore.AddRange(Anchors(authorities));
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate) ? null : Distrust(authorities.Place, chain);
    }

    private string Distrust(string authorities, X509Chain? chain) =>
        $"The certificate of '{access.Server.Authority}' is not trusted by {authorities} ({string.Join(", ", chain?.ChainStatus.Select(static status => status.Status) ?? [])}): correct certificate-authority in {access.Place}.";
}
