using System.Net;
using System.Net.Http.Headers;
using SecretProviders.Kubernetes.Configuration;

namespace SecretProviders.Kubernetes.Client.Transport;

/// <summary>Sends requests with the proof of their moment.</summary>
/// <param name="access">Where the server is, and who we are; disposed with this.</param>
/// <param name="timeout">How long to connect at most.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class KubernetesTransport(ClusterAccess access, TimeSpan timeout, TimeProvider timeProvider) : IDisposable
{
    private readonly KubernetesConnector _connector = new(access, timeProvider);
    private readonly Lock _gate = new();
    private HttpClient? _http;
    private HttpClient? _httpBefore;
    private TlsCertificate? _certificate;

    /// <summary>Sends a request and returns when the answer begins.</summary>
    /// <param name="create">Makes the request; called again when it is sent again.</param>
    /// <param name="deadline">Begins to run when the request is sent.</param>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> create, RequestDeadline deadline)
    {
        var response = await SendAsync(create, renew: false, deadline).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        // Clocks differ, and a token may end a little before its own time: what can be renewed is, once.
        response.Dispose();
        return await SendAsync(create, renew: true, deadline).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _http?.Dispose();
            _httpBefore?.Dispose();
        }

        access.Credential.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> create, bool renew, RequestDeadline deadline)
    {
        deadline.Pause();
        var proof = await access.Credential.GetAsync(renew, deadline.Caller).ConfigureAwait(false);
        using var request = create();
        Sign(request, proof);
        deadline.Begin();
        try
        {
            return await Http(proof.Certificate).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException exception) when (_connector.Explain(exception) is { } explained)
        {
            throw explained;
        }
    }

    // A connection proves for all its life what its handshake proved, so another certificate needs other connections.
    // Watches on the ones before go on until their recheck.
    private HttpClient Http(TlsCertificate? certificate)
    {
        lock (_gate)
        {
            if (_http is null || !ReferenceEquals(certificate, _certificate))
            {
                _httpBefore?.Dispose();
                _httpBefore = _http;
                (_http, _certificate) = (Connect(certificate), certificate);
            }

            return _http;
        }
    }

    private HttpClient Connect(TlsCertificate? certificate)
    {
        var http = new HttpClient(_connector.CreateHandler(timeout, certificate), disposeHandler: true)
        {
            BaseAddress = access.Server,
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("SecretProviders", typeof(KubernetesClient).Assembly.GetName().Version?.ToString(3)));
        return http;
    }

    private void Sign(HttpRequestMessage request, Proof proof)
    {
        // The only way to tell the handler of a name in the certificate that is not the address's.
        request.Headers.Host = access.TlsServerName;
        if (proof.Token is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (access.ActAs is { } other)
        {
            request.Headers.Add("Impersonate-User", other.User);
            if (other.Group is not null)
            {
                request.Headers.Add("Impersonate-Group", other.Group);
            }

            if (other.Uid is not null)
            {
                request.Headers.Add("Impersonate-Uid", other.Uid);
            }
        }
    }
}
