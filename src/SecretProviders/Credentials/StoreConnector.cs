using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using SecretProviders.Credentials;

namespace SecretProviders;

/// <summary>
/// Connects an <see cref="SocketsHttpHandler"/> to a store: its <see cref="ConnectAsync"/> is the handler's
/// <see cref="SocketsHttpHandler.ConnectCallback"/>. Every connection is made with the client certificate and the
/// trust of that moment, so both rotate without a restart. Safe for use by any number of threads.
/// </summary>
/// <remarks>
/// All that a named CA demands is enforced: revocation lists, pins, a limit of depth, and matchers of names, which stand
/// in for the name of the host.
/// </remarks>
public sealed class StoreConnector
{
    private readonly StoreTlsOptions _tls;
    private readonly CredentialReader _credentials;
    private readonly TimeProvider _timeProvider;
    private readonly string? _socketPath;

    /// <summary>Makes a connector.</summary>
    /// <param name="tls">How <c>https</c> is secured.</param>
    /// <param name="credentials">Reads what <paramref name="tls"/> names.</param>
    /// <param name="timeProvider">The clock by which certificates are judged; the system's when null.</param>
    /// <param name="socketPath">The Unix socket to connect to, whatever the host is; null for TCP.</param>
    public StoreConnector(StoreTlsOptions tls, CredentialReader credentials, TimeProvider? timeProvider = null, string? socketPath = null)
    {
        ArgumentNullException.ThrowIfNull(tls);
        ArgumentNullException.ThrowIfNull(credentials);
        _tls = tls;
        _credentials = credentials;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _socketPath = socketPath;
    }

    /// <summary>Makes one connection, secured when the request's scheme is <c>https</c>.</summary>
    /// <param name="context">What the handler wants.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="SecretSourceException">A credential cannot be used.</exception>
    /// <exception cref="SocketException">Nobody answers at the address.</exception>
    /// <exception cref="AuthenticationException">The peers do not trust each other.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var request = context.InitialRequestMessage;
        var secure = request.RequestUri?.Scheme == Uri.UriSchemeHttps;

        // First what may fail at home: no store is troubled with a connection that cannot come about.
        var options = secure ? await OptionsAsync(context, cancellationToken).ConfigureAwait(false) : null;
        var stream = await OpenAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
        if (options is null)
        {
            return stream;
        }

        var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Says what a failed request to a store means.</summary>
    /// <param name="exception">What <see cref="HttpMessageInvoker"/>, or a stream of it, threw.</param>
    /// <param name="store">The store and its address, for the message: <c>Vault at https://…</c>.</param>
    /// <returns>
    /// Unreachable when waiting longer will not help (refused, no such host or socket, no trust), else Unavailable; a
    /// credential's own failure as it is.
    /// </returns>
    public static SecretSourceException Explain(Exception exception, string store)
    {
        ArgumentNullException.ThrowIfNull(exception);
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SecretSourceException known:
                    return known;
                case AuthenticationException:
                    return new SecretSourceException(
                        SecretErrorCode.Unreachable, $"{store}: TLS failed: {Innermost(cause)} Check the CA, the client certificate and the server's name, and that this port speaks TLS.", exception);
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.AddressNotAvailable or SocketError.AccessDenied } or SocketException { NativeErrorCode: 2 }:
                    return new SecretSourceException(SecretErrorCode.Unreachable, $"{store} cannot be reached: {Sentence(cause)} Check the address, and that it runs.", exception);
            }
        }

        return new SecretSourceException(SecretErrorCode.Unavailable, $"{store} did not answer: {Innermost(exception)}", exception);
    }

    private static string Innermost(Exception exception) => Sentence(exception.GetBaseException());

    // Some of these texts end with a full stop, and others do not.
    private static string Sentence(Exception exception) => exception.Message.TrimEnd('.', ' ') + ".";

    private async ValueTask<Stream> OpenAsync(DnsEndPoint address, CancellationToken cancellationToken)
    {
        var socket = _socketPath is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            EndPoint target = _socketPath is null ? address : new UnixDomainSocketEndPoint(_socketPath);
            await socket.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException exception) when (_socketPath is not null && Fault(exception.SocketErrorCode) is { } fault)
        {
            socket.Dispose();
            throw new SocketException((int)exception.SocketErrorCode, fault);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The system's own texts speak of addresses, also where the socket is a file.
    private static string? Fault(SocketError error) => error switch
    {
        SocketError.AddressNotAvailable => "there is no such socket.",
        SocketError.ConnectionRefused => "nobody listens there, or it is no socket.",
        SocketError.AccessDenied => "this process may not write to the socket.",
        _ => null,
    };

    private async ValueTask<SslClientAuthenticationOptions> OptionsAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = _tls.ServerName ?? context.DnsEndPoint.Host,
            ApplicationProtocols = Protocols(context.InitialRequestMessage),
        };
        if (_tls.Certificate is { } certificate)
        {
            options.ClientCertificateContext = StoreHandshake.Proof(await _credentials.ReadCertificateAsync(certificate, cancellationToken).ConfigureAwait(false), $"{certificate}");
        }

        if (_tls.Ca is { } ca)
        {
            var verifier = StoreHandshake.Verifier(await _credentials.ReadTrustAsync(ca, cancellationToken).ConfigureAwait(false), $"{ca}");
            StoreHandshake.JudgeBy(options, () => verifier, _timeProvider);
        }

        return options;
    }

    private static List<SslApplicationProtocol> Protocols(HttpRequestMessage request) => request.Version.Major < 2
        ? [SslApplicationProtocol.Http11]
        : request.VersionPolicy == HttpVersionPolicy.RequestVersionOrLower ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http2];
}
