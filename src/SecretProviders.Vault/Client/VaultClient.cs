using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;

namespace SecretProviders.Vault.Client;

/// <summary>
/// Speaks Vault's HTTP API to the first of several servers that answers. Safe for use by any number of threads.
/// </summary>
/// <remarks>
/// The server that answered last is asked first. A question is asked again of the next server when this one cannot be
/// reached, is sealed, lost its cluster, or answers with something that is not Vault's; a question that mints only when
/// it was certainly not carried out. A redirect is followed only to one of the addresses: a token is shown to nobody else.
/// </remarks>
internal sealed partial class VaultClient : IDisposable
{
    /// <summary>The largest body that is read: a secret of 1 MiB with every byte escaped, and as much again.</summary>
    public const int LargestBody = 8 * 1024 * 1024;

    private readonly string _source;
    private readonly ImmutableArray<Uri> _addresses;
    private readonly string? _namespace;
    private readonly TimeSpan? _attempt;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly VaultConnections _connections;
    private volatile int _preferred;

    /// <summary>Makes a client; nothing is sent before the first question.</summary>
    /// <param name="source">The source's name, for the log.</param>
    /// <param name="addresses">The servers, of one cluster.</param>
    /// <param name="vaultNamespace">The namespace of every question, or null.</param>
    /// <param name="timeout">How long a question may take; with several servers each has its share.</param>
    /// <param name="connections">The connections, which this client owns.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The source's logger.</param>
    public VaultClient(
        string source, ImmutableArray<Uri> addresses, string? vaultNamespace, TimeSpan timeout, VaultConnections connections, TimeProvider timeProvider, ILogger logger)
    {
        _source = source;
        _addresses = addresses;
        _namespace = vaultNamespace;
        _attempt = addresses.Length > 1 ? timeout / addresses.Length : null;
        _connections = connections;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>Lets what follows show the client certificate of now.</summary>
    public void ReplaceConnections() => _connections.Replace();

    /// <summary>Asks a question.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>An answer that says something about the question: 2xx, or a 4xx such as 400, 403, 404.</returns>
    /// <exception cref="SecretSourceException">No server could answer; the message has each one's trouble.</exception>
    public async ValueTask<VaultResponse> SendAsync(VaultRequest request, CancellationToken cancellationToken)
    {
        var failures = new List<SecretSourceException>();
        var first = _preferred;
        for (var i = 0; i < _addresses.Length; i++)
        {
            var index = (first + i) % _addresses.Length;
            var attempt = await AttemptAsync(index, request, mayRedirect: true, cancellationToken).ConfigureAwait(false);
            if (attempt.Response is { } response)
            {
                Prefer(attempt.Server);
                return response;
            }

            failures.Add(attempt.Failure!);
            if (!request.Repeatable && !attempt.Untouched)
            {
                // Whoever asks again later asks another server first.
                Avoid(index);
                break;
            }
        }

        throw Combine(failures);
    }

    /// <inheritdoc/>
    public void Dispose() => _connections.Dispose();

    private static SecretSourceException Combine(List<SecretSourceException> failures)
    {
        if (failures is [var only])
        {
            return only;
        }

        // Waiting longer will not help only when it helps nowhere; a wish to wait counts when all have it.
        var code = failures.TrueForAll(failure => failure.Code == failures[0].Code) ? failures[0].Code : SecretErrorCode.Unavailable;
        return new SecretSourceException(code, string.Join(" ", failures.Select(static failure => failure.Message)), failures[^1])
        {
            RetryAfter = failures.TrueForAll(static failure => failure.RetryAfter is not null) ? failures.Min(static failure => failure.RetryAfter) : null,
        };
    }

    private void Prefer(int server)
    {
        if (Interlocked.Exchange(ref _preferred, server) != server)
        {
            AddressChanged(_logger, _source, _addresses[server]);
        }
    }

    // Somebody else may have found a server that answers meanwhile.
    private void Avoid(int server) => Interlocked.CompareExchange(ref _preferred, (server + 1) % _addresses.Length, server);

    private string Name(int server) => $"Vault at {_addresses[server].GetLeftPart(UriPartial.Path).TrimEnd('/')}";

    private async ValueTask<Attempt> AttemptAsync(int server, VaultRequest request, bool mayRedirect, CancellationToken cancellationToken)
    {
        using var deadline = _attempt is { } share ? new CancellationTokenSource(share, _timeProvider) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var answer = await ExchangeAsync(server, request, either.Token).ConfigureAwait(false);
            return answer.Redirect is { } target
                ? await FollowAsync(server, target, request, mayRedirect, cancellationToken).ConfigureAwait(false)
                : await JudgeAsync(server, answer.Response!, request, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Attempt(server, null, new SecretSourceException(SecretErrorCode.Unavailable, $"{Name(server)} did not answer within {_attempt}."), Untouched: false);
        }
        catch (SecretSourceException failure)
        {
            return new Attempt(server, null, failure, Untouched: failure.Code == SecretErrorCode.Unreachable);
        }
    }

    private async ValueTask<Attempt> JudgeAsync(int server, VaultResponse response, VaultRequest request, CancellationToken cancellationToken)
    {
        if (!VaultErrors.IsTrouble(response.Status) || request.IsAboutServer)
        {
            return new Attempt(server, response, null, Untouched: false);
        }

        var node = response.Status >= 500 ? await DescribeAsync(server, cancellationToken).ConfigureAwait(false) : VaultNodeHealth.Describe(response.Status);
        var failure = VaultErrors.Trouble(response, response.Status is 412 or 429 ? null : node);
        return new Attempt(server, null, failure, VaultErrors.IsUntouched(response.Status));
    }

    // Sealed and uninitialised servers answer alike; only their health tells them apart, and it needs no token.
    private async ValueTask<string?> DescribeAsync(int server, CancellationToken cancellationToken)
    {
        try
        {
            var health = await ExchangeAsync(server, VaultRequest.Get("sys/health") with { IsAboutServer = true }, cancellationToken).ConfigureAwait(false);
            return health.Response is { } response ? VaultNodeHealth.Describe(response.Status) : null;
        }
        catch (SecretSourceException)
        {
            return null;
        }
    }

    private async ValueTask<Attempt> FollowAsync(int server, Uri target, VaultRequest request, bool mayRedirect, CancellationToken cancellationToken)
    {
        var next = Enumerable.Range(0, _addresses.Length).FirstOrDefault(index => IsSameServer(_addresses[index], target), -1);
        if (mayRedirect && next >= 0 && next != server)
        {
            return await AttemptAsync(next, request, mayRedirect: false, cancellationToken).ConfigureAwait(false);
        }

        var problem = next < 0
            ? $"redirects to {target.GetLeftPart(UriPartial.Authority)}, which is not among the addresses: add it, or let standbys forward requests"
            : "is a standby that does not know the active server";
        return new Attempt(server, null, new SecretSourceException(SecretErrorCode.Unavailable, $"{Name(server)} {problem}."), Untouched: true);
    }

    private static bool IsSameServer(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private async ValueTask<(VaultResponse? Response, Uri? Redirect)> ExchangeAsync(int server, VaultRequest request, CancellationToken cancellationToken)
    {
        using var message = VaultRequestWriter.Write(_addresses[server], request.IsAboutServer ? null : _namespace, request);
        IDisposable? lease = null;
        try
        {
            using var answer = await _connections.SendAsync(message, out lease, cancellationToken).ConfigureAwait(false);
            if (answer.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect && answer.Headers.Location is { } location)
            {
                return (null, new Uri(_addresses[server], location));
            }

            return (await ReadAsync(server, request, answer, cancellationToken).ConfigureAwait(false), null);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw StoreConnector.Explain(exception, Name(server));
        }
        finally
        {
            lease?.Dispose();
        }
    }

    private async ValueTask<VaultResponse> ReadAsync(int server, VaultRequest request, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        var body = await VaultBody.ReadAsync(answer.Content, LargestBody, cancellationToken).ConfigureAwait(false)
            ?? throw NotVaults(server, answer, $"more than {LargestBody} bytes");
        if (request.IsAboutServer)
        {
            return new VaultResponse { Status = status, Server = Name(server), Body = body };
        }

        if (!VaultResponseReader.TryRead(status, Name(server), body, out var response))
        {
            var type = answer.Content.Headers.ContentType?.MediaType ?? "no content type";
            throw NotVaults(server, answer, type.Contains("json", StringComparison.OrdinalIgnoreCase) ? "JSON that is cut off or not Vault's" : $"{body.Length} bytes of {type}");
        }

        return response with { RetryAfter = RetryAfter(answer) };
    }

    private SecretSourceException NotVaults(int server, HttpResponseMessage answer, string what) => new(
        SecretErrorCode.Unavailable, $"{Name(server)} answered {(int)answer.StatusCode} with {what}, where Vault answers JSON: look at what stands between, and at the address.")
    {
        RetryAfter = RetryAfter(answer),
    };

    private TimeSpan? RetryAfter(HttpResponseMessage answer) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > _timeProvider.GetUtcNow() => date - _timeProvider.GetUtcNow(),
        _ => null,
    };

    // The answer or the failure, by which server, and whether the question was certainly not carried out.
    private readonly record struct Attempt(int Server, VaultResponse? Response, SecretSourceException? Failure, bool Untouched);
}
