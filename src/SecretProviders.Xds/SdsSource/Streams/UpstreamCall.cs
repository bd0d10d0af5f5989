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
    private readonly GrpcChannel _channel;
    private readonly GrpcCall<TRequest, TResponse> _call;
    private readonly Task _connected;
    private readonly TimeSpan _giveUpAt;
    private Task<bool>? _writing;
    private Task<TResponse?>? _reading;
    private Task? _probing;
    private TimeSpan _probedAt;
    private bool _hasWritten;
    private bool _isConnected;
    private TimeSpan? _upAt;
    private TimeSpan _readAt;

    /// <summary>Opens the call.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="method">The method.</param>
    /// <param name="now">The present instant.</param>
    /// <param name="limit">How long the server may take to show that it is there.</param>
    /// <param name="stopping">Ends the call.</param>
    public UpstreamCall(GrpcChannel channel, GrpcMethod<TRequest, TResponse> method, TimeSpan now, TimeSpan limit, CancellationToken stopping)
    {
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _channel = channel;
        _call = channel.Start(method, cancellationToken: _ending.Token);
        _connected = channel.Connected;
        _giveUpAt = now + limit;
    }

    public bool IsUp => _upAt is not null;

    public TimeSpan LivedAt(TimeSpan now) => _upAt is { } since ? now - since : TimeSpan.Zero;

    /// <summary>Gets a value indicating whether the last request is out and no pause is being made.</summary>
    public bool CanAnswer(TimeSpan now) => _writing is null && now >= _readAt;

    /// <summary>Begins to write. When that fails the reading side tells why.</summary>
    public void Write(TRequest request) => _writing = _call.WriteAsync(request).AsTask();

    /// <summary>Reads no further response before an instant.</summary>
    public void PauseUntil(TimeSpan instant) => _readAt = instant;

    /// <summary>Sees whether the server has just shown that it is there: the first request is out and it was heard.</summary>
    public bool TryComeUp(TimeSpan now)
    {
        _isConnected |= _connected.IsCompleted;
        if (IsUp || !_isConnected || !_hasWritten)
        {
            return false;
        }

        _upAt = now;
        return true;
    }

    /// <summary>
    /// Takes the response that has come, if any, and sees whether the last request is out. What ends after this look ends
    /// the next wait.
    /// </summary>
    /// <exception cref="GrpcException">The call has ended, or must be ended.</exception>
    public async ValueTask<TResponse?> TryTakeAsync(TimeSpan now)
    {
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

        if (!IsUp && now >= _giveUpAt)
        {
            throw GrpcException.NoAnswer("nothing was heard within the time it has; it hangs, is out of reach, or speaks no HTTP/2.");
        }

        return null;
    }

    /// <summary>Gets whether silence counts: the server is there, nothing was left unread, and no message is half there.</summary>
    public bool IsSilent(TimeSpan now) => IsUp && now >= _readAt && !_call.IsMidMessage;

    /// <summary>
    /// Sees whether the server still answers, before its silence about a name counts as its word: a connection outlives the
    /// process at its other end.
    /// </summary>
    /// <param name="now">The present instant.</param>
    /// <param name="limit">How long it may take.</param>
    /// <returns>How long it took to answer; null when it has not, and the call is to be looked at again when it has.</returns>
    /// <exception cref="GrpcException">It does not.</exception>
    public async ValueTask<TimeSpan?> TryProveAsync(TimeSpan now, TimeSpan limit)
    {
        if (_probing is null)
        {
            _probing = _channel.ProbeAsync(limit, _ending.Token);
            _probedAt = now;
        }

        if (!_probing.IsCompleted)
        {
            return null;
        }

        var done = _probing;
        _probing = null;
        await done.ConfigureAwait(false);
        return now - _probedAt;
    }

    /// <summary>Waits for a response, the end of a write, the server's appearance or its sign of life, or a call of somebody else.</summary>
    /// <param name="now">The present instant.</param>
    /// <param name="wake">Ends the wait, too.</param>
    public async Task WaitAsync(TimeSpan now, Task wake)
    {
        if (_reading is null && now >= _readAt)
        {
            _reading = _call.ReadAsync().AsTask();
        }

        List<Task> awaited = [wake];
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
        await _ending.CancelAsync().ConfigureAwait(false);
        await SettleAsync(_writing).ConfigureAwait(false);
        await SettleAsync(_reading).ConfigureAwait(false);
        await SettleAsync(_probing).ConfigureAwait(false);
        await _call.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

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
