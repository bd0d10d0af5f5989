using Google.Protobuf;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.Sds;

/// <summary>One run of a stream: a call, what is being written to it, what is being read from it, and what is due when.</summary>
internal sealed class UpstreamCall<TRequest, TResponse> : IAsyncDisposable
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly CancellationTokenSource _ending;
    private readonly UpstreamServer _server;
    private readonly GrpcMethod<TRequest, TResponse> _method;
    private readonly TimeSpan _limit;
    private readonly TimeSpan _timeout;
    private readonly TaskCompletionSource _turn;
    private GrpcCall<TRequest, TResponse>? _call;
    private Task _connected;
    private TimeSpan? _giveUpAt;
    private Task<bool>? _writing;
    private Task<TResponse?>? _reading;
    private Task<TimeSpan>? _probing;
    private TimeSpan _probedAt;
    private bool _hasWritten;
    private bool _isConnected;
    private TimeSpan? _upAt;
    private TimeSpan _readAt;

    /// <summary>Joins the line before the server; the call is opened when its turn has come.</summary>
    /// <param name="server">The server.</param>
    /// <param name="method">The method.</param>
    /// <param name="now">The present instant.</param>
    /// <param name="limit">How long the server may take to show that it is there.</param>
    /// <param name="timeout">How long the first request may take, once the server has shown that, to be out.</param>
    /// <param name="stopping">Ends the call.</param>
    public UpstreamCall(UpstreamServer server, GrpcMethod<TRequest, TResponse> method, TimeSpan now, TimeSpan limit, TimeSpan timeout, CancellationToken stopping)
    {
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _server = server;
        _method = method;
        _limit = limit;
        _timeout = timeout;
        _turn = server.Line.Enter();
        _connected = server.Channel.Connected;
        _giveUpAt = now + limit;
    }

    public bool IsUp => _upAt is not null;

    /// <summary>Gets an instant after which the server is known to have been there: silence that had lasted long enough by then counts.</summary>
    public TimeSpan ProvenAt { get; private set; }

    public TimeSpan LivedAt(TimeSpan now) => _upAt is { } since ? now - since : TimeSpan.Zero;

    /// <summary>Gets a value indicating whether the call is open, the last request is out and no pause is being made.</summary>
    public bool CanAnswer(TimeSpan now) => _call is not null && _writing is null && now >= _readAt;

    /// <summary>Begins to write. When that fails the reading side tells why.</summary>
    public void Write(TRequest request) => _writing = _call!.WriteAsync(request).AsTask();

    /// <summary>Reads no further response before an instant.</summary>
    public void PauseUntil(TimeSpan instant) => _readAt = instant;

    /// <summary>Sees whether the server has just shown that it is there: the first request is out and it was heard.</summary>
    public bool TryComeUp(TimeSpan now)
    {
        if (IsUp || !_isConnected || !_hasWritten)
        {
            return false;
        }

        _upAt = now;
        _server.Line.Leave(_turn);
        return true;
    }

    /// <summary>
    /// Takes the response that has come, if any, and sees whether the last request is out. What ends after this look ends
    /// the next wait.
    /// </summary>
    /// <exception cref="GrpcException">The call has ended, or must be ended.</exception>
    public async ValueTask<TResponse?> TryTakeAsync(TimeSpan now)
    {
        NoteConnection(now);
        if (_call is null && _turn.Task.IsCompleted && !IsOverdue(now))
        {
            Open(now);
        }

        if (_writing is { IsCompleted: true } written)
        {
            _writing = null;
            _hasWritten |= await written.ConfigureAwait(false);
        }

        if (_reading is { IsCompleted: true } done)
        {
            _reading = null;
            return await done.ConfigureAwait(false) ?? throw new GrpcException(GrpcStatusCode.Unavailable, "The server ended the stream without an error.");
        }

        if (IsOverdue(now))
        {
            throw GrpcException.NoAnswer("nothing was heard within the time it has; it hangs, is out of reach, or speaks no HTTP/2.");
        }

        return null;
    }

    /// <summary>Gets whether silence counts: the server is there, nothing was left unread, and no message is half there.</summary>
    public bool IsSilent(TimeSpan now) => IsUp && now >= _readAt && !_call!.IsMidMessage;

    /// <summary>
    /// Has the server show that it is there still, before its silence about a name counts as its word: a connection outlives
    /// the process at its other end.
    /// </summary>
    public void Prove(TimeSpan now)
    {
        if (_probing is null)
        {
            _probing = _server.Probe.AskAsync();
            _probedAt = now;
        }
    }

    /// <summary>Sees whether the server has just shown that it is there still.</summary>
    /// <returns>How long it took to answer, or null.</returns>
    /// <exception cref="GrpcException">It does not answer.</exception>
    public async ValueTask<TimeSpan?> TryTakeProofAsync()
    {
        if (_probing is not { IsCompleted: true } done)
        {
            return null;
        }

        _probing = null;
        var took = await done.ConfigureAwait(false);
        ProvenAt = _probedAt;
        return took;
    }

    /// <summary>Waits for a response, the end of a write, the server's appearance or its sign of life, or a call of somebody else.</summary>
    /// <param name="now">The present instant.</param>
    /// <param name="wake">Ends the wait, too.</param>
    public async Task WaitAsync(TimeSpan now, Task wake)
    {
        if (_call is { } call && _reading is null && now >= _readAt)
        {
            _reading = call.ReadAsync().AsTask();
        }

        List<Task> awaited = [wake];
        Add(awaited, _call is null ? _turn.Task : null);
        Add(awaited, _reading);
        Add(awaited, _writing);
        Add(awaited, _probing);
        Add(awaited, _isConnected ? null : _connected);
        await Task.WhenAny(awaited).ConfigureAwait(false);
    }

    /// <summary>Gets when the call must be looked at again, or null.</summary>
    public TimeSpan? NextDue(TimeSpan now) => !IsUp ? _giveUpAt : now < _readAt ? _readAt : null;

    public async ValueTask DisposeAsync()
    {
        if (!IsUp)
        {
            _server.Line.Leave(_turn);
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        await SettleAsync(_writing).ConfigureAwait(false);
        await SettleAsync(_reading).ConfigureAwait(false);
        if (_call is { } call)
        {
            await call.DisposeAsync().ConfigureAwait(false);
        }

        _ending.Dispose();
    }

    private void Open(TimeSpan now)
    {
        _call = _server.Channel.Start(_method, cancellationToken: _ending.Token);

        // A connection that stood when the line was joined may be lost.
        _connected = _server.Channel.Connected;
        _isConnected = false;
        _giveUpAt = now + _limit;
        NoteConnection(now);
    }

    // A server that was heard is not given up while others are before us in line.
    private void NoteConnection(TimeSpan now)
    {
        if (!_isConnected && _connected.IsCompleted)
        {
            _isConnected = true;
            _giveUpAt = _call is null ? null : now + _timeout;
        }
    }

    private bool IsOverdue(TimeSpan now) => !IsUp && now >= _giveUpAt;

    private static void Add(List<Task> tasks, Task? task)
    {
        if (task is not null)
        {
            tasks.Add(task);
        }
    }

    private static async Task SettleAsync(Task? task)
    {
        if (task is not null)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
