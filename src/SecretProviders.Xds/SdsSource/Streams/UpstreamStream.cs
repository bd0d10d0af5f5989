using System.Collections.Immutable;
using Google.Protobuf;
using SecretProviders.Watching;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.Sds;

/// <summary>
/// Keeps one subscription up: opens its stream, at the next server when one fails, and says so when all have failed.
/// One loop touches the subscription; others only say which names are wanted.
/// </summary>
internal sealed class UpstreamStream<TRequest, TResponse> : IUpstreamStream
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    // A first answer is normally on its way: names that must wait for it wait this long before they get a new stream.
    private static readonly TimeSpan HoldBack = TimeSpan.FromMilliseconds(100);

    private readonly WireSubscription<TRequest, TResponse> _subscription;
    private readonly GrpcMethod<TRequest, TResponse> _method;
    private readonly StreamSettings _settings;
    private readonly IStreamOwner _owner;
    private readonly StreamLog _log;
    private readonly EndpointSelector _selector;
    private readonly WantedNames _wanted = new();
    private readonly StreamClock _clock;
    private SecretState? _outage;
    private int _refusals;

    /// <summary>Makes a stream.</summary>
    /// <param name="subscription">The subscription; may hold names already.</param>
    /// <param name="method">The method of its variant.</param>
    /// <param name="settings">What every stream needs.</param>
    /// <param name="owner">Where to say what is seen.</param>
    public UpstreamStream(
        WireSubscription<TRequest, TResponse> subscription, GrpcMethod<TRequest, TResponse> method, StreamSettings settings, IStreamOwner owner)
    {
        _subscription = subscription;
        _method = method;
        _settings = settings;
        _owner = owner;
        _log = new StreamLog(settings.Logger, settings.Subscription.Source);
        _selector = new EndpointSelector(settings.Servers.Count, settings.Timeout);
        _clock = new StreamClock(settings.TimeProvider);
        foreach (var name in subscription.Names)
        {
            // Its files may have been read while it was on its way from another stream.
            _wanted.Add(name);
            _wanted.Reread(name);
        }
    }

    private string Server => _settings.Servers[_selector.Current].Address;

    public void Add(string name)
    {
        _wanted.Add(name);
        _clock.Wake();
    }

    public void Remove(string name)
    {
        _wanted.Remove(name);
        _clock.Wake();
    }

    public void Reread(string name)
    {
        _wanted.Reread(name);
        _clock.Wake();
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        using var stop = stopping.UnsafeRegister(static clock => ((StreamClock)clock!).Wake(), _clock);
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                var end = await RunOnceAsync(stopping).ConfigureAwait(false);
                if (end is StreamEnd.Unused && _owner.TryRetire(this))
                {
                    return;
                }

                if (end is StreamEnd.Lost lost && !stopping.IsCancellationRequested)
                {
                    await RecoverAsync(lost, stopping).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped in the middle of a wait.
        }
        finally
        {
            _clock.Stop();
        }
    }

    private async Task<StreamEnd> RunOnceAsync(CancellationToken stopping)
    {
        ApplyWanted();
        if (_subscription.IsEmpty)
        {
            return new StreamEnd.Unused();
        }

        _subscription.Begin(Server);
        var call = new UpstreamCall<TRequest, TResponse>(_settings.Servers[_selector.Current].Channel, _method, _clock.Now, _selector.Limit, stopping);
        await using var end = call.ConfigureAwait(false);
        try
        {
            return await ConverseAsync(call, stopping).ConfigureAwait(false);
        }
        catch (GrpcException exception)
        {
            return new StreamEnd.Lost(exception, call.LivedAt(_clock.Now));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A defect of ours must not end the stream for good.
            _log.Defect(exception);
            return new StreamEnd.Lost(new GrpcException(GrpcStatusCode.Internal, "The stream failed here: see the log."), TimeSpan.Zero);
        }
    }

    private async Task<StreamEnd> ConverseAsync(UpstreamCall<TRequest, TResponse> call, CancellationToken stopping)
    {
        var patience = new Patience();
        TimeSpan? reopenAt = null;
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            var now = _clock.BeginTurn();
            if (await call.TryTakeAsync(now).ConfigureAwait(false) is { } response)
            {
                Take(call, response, patience, now);
            }

            ApplyWanted();
            if (_subscription.IsEmpty)
            {
                return new StreamEnd.Unused();
            }

            reopenAt = _subscription.NeedsNewStream ? reopenAt ?? now + HoldBack : null;
            if (reopenAt <= now)
            {
                return new StreamEnd.Reopen();
            }

            var silentAt = Listen(call, now);
            if (_subscription.IsEmpty)
            {
                // What silence told may have moved the last name to another stream.
                return new StreamEnd.Unused();
            }

            if (call.CanAnswer(now) && _subscription.TakeRequest(now) is { } request)
            {
                call.Write(request);
            }

            _clock.WakeAt(now, reopenAt, call.NextDue(now), silentAt);
            await call.WaitAsync(now, _clock.Waiting).ConfigureAwait(false);
        }
    }

    // Returns when silence next means something, or null while it cannot.
    private TimeSpan? Listen(UpstreamCall<TRequest, TResponse> call, TimeSpan now)
    {
        if (call.TryComeUp(now))
        {
            _subscription.Up(now);
        }

        if (!call.IsSilent(now))
        {
            return null;
        }

        Publish(_subscription.Silence(now));
        return _subscription.NextSilence;
    }

    private void Take(UpstreamCall<TRequest, TResponse> call, TResponse response, Patience patience, TimeSpan now)
    {
        _refusals = 0;
        var news = _subscription.Receive(response, now);
        Publish(news);
        _log.Received(news, Server);
        call.PauseUntil(now + patience.Count(news.IsNew));
        if (patience.HasJustEnded)
        {
            _log.Repeats(Server);
        }
    }

    private async Task RecoverAsync(StreamEnd.Lost lost, CancellationToken stopping)
    {
        if (StreamFailure.IsRefusal(lost.Cause.Status.Code))
        {
            await RecoverFromRefusalAsync(lost.Cause, stopping).ConfigureAwait(false);
            return;
        }

        if (lost.Lived >= _settings.Subscription.AbsentAfter)
        {
            // It served well; whatever ended it, the next attempt is the first.
            _selector.Succeeded();
            return;
        }

        var outage = StreamFailure.Outage(lost.Cause, Server);
        if (_selector.Failed(outage.Code == SecretErrorCode.Unreachable, out var allDefinite))
        {
            var state = new SecretState.Unavailable(outage.Message) { Definite = allDefinite, RetryAfter = outage.RetryAfter };
            await WaitAsync(state, Backoff.Default.Wait(_selector.FailedRounds, Random.Shared.NextDouble(), outage.RetryAfter), stopping).ConfigureAwait(false);
        }
    }

    private async Task RecoverFromRefusalAsync(GrpcException cause, CancellationToken stopping)
    {
        _owner.KeepNewcomersApart();
        var leaving = StreamSplit.Leaving(_subscription.Names, _subscription.Answered);
        if (leaving.Count != 0)
        {
            _log.Split(Server, cause.Status.ToString(), leaving.Count, _subscription.Names.Count);
            var entries = leaving.Select(_subscription.Detach).ToImmutableArray();
            _wanted.Forget(leaving);
            _owner.Separate(this, entries);
            return;
        }

        if (_subscription.Names.FirstOrDefault() is not { } name)
        {
            // The last name left while the server made up its mind.
            return;
        }

        _refusals++;
        var state = StreamFailure.Refusal(cause, name, _subscription.Holds(name), Server);
        await WaitAsync(state, Backoff.Default.Wait(_refusals, Random.Shared.NextDouble()), stopping).ConfigureAwait(false);
    }

    /// <summary>Waits before the next attempt, and tells everybody, newcomers too, why there is nothing.</summary>
    private async Task WaitAsync(SecretState outage, TimeSpan wait, CancellationToken stopping)
    {
        _outage = outage;
        Publish(_subscription.Fail(outage));
        var until = _clock.Now + wait;
        for (var now = _clock.BeginTurn(); now < until && !_subscription.IsEmpty; now = _clock.BeginTurn())
        {
            stopping.ThrowIfCancellationRequested();
            ApplyWanted();
            _clock.WakeAt(now, until);
            await _clock.Waiting.ConfigureAwait(false);
        }

        _outage = null;
    }

    private void ApplyWanted()
    {
        var (dropped, added, reread) = _wanted.TakeChanges();
        foreach (var name in dropped)
        {
            _subscription.Remove(name);
        }

        foreach (var name in added)
        {
            if (_subscription.Add(name) is { } known)
            {
                _owner.Publish(name, known);
            }
            else if (_outage is { } outage)
            {
                Publish(_subscription.Fail(name, outage));
            }
        }

        foreach (var name in reread)
        {
            var news = _subscription.Reread(name);
            Publish(news);
            _log.Received(news, Server);
        }
    }

    private void Publish(SubscriptionNews news)
    {
        foreach (var (name, state) in news.States)
        {
            _owner.Publish(name, state);
        }

        if (news.Stranded.Count != 0)
        {
            _wanted.Forget(news.Stranded);
            _owner.Separate(this, [.. news.Stranded.Select(_subscription.Detach)]);
        }
    }
}
