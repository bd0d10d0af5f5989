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
    private readonly WireSubscription<TRequest, TResponse> _subscription;
    private readonly GrpcMethod<TRequest, TResponse> _method;
    private readonly StreamSettings _settings;
    private readonly IStreamOwner _owner;
    private readonly StreamLog _log;
    private readonly EndpointSelector _selector;
    private readonly WantedNames _wanted = new();
    private readonly StreamClock _clock;
    private readonly SubscriptionFeed _feed;
    private readonly HashSet<string> _innocent = new(StringComparer.Ordinal);
    private (GrpcException Cause, string Server)? _blame;
    private bool _hasReopened;
    private volatile bool _isHurried;

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
        _feed = new SubscriptionFeed(subscription, _wanted, this, owner, _log);
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

    public void Reconnect()
    {
        _isHurried = true;
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
            _subscription.Clear();
            _clock.Stop();
        }
    }

    private async Task<StreamEnd> RunOnceAsync(CancellationToken stopping)
    {
        _feed.Apply(Server);
        if (_subscription.IsEmpty)
        {
            return new StreamEnd.Unused();
        }

        _subscription.Begin(Server);
        var call = new UpstreamCall<TRequest, TResponse>(_settings.Servers[_selector.Current], _method, _clock.Now, _selector.Limit, _settings.Timeout, stopping);
        await using var end = call.ConfigureAwait(false);
        try
        {
            var conversation = new Conversation<TRequest, TResponse>(
                _subscription, call, _feed, _clock, _log, Server, _settings.Timeout, _hasReopened, Absolve);
            var ended = await conversation.RunAsync(stopping).ConfigureAwait(false);
            _hasReopened = ended is StreamEnd.Reopen;
            return ended;
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

    private async Task RecoverAsync(StreamEnd.Lost lost, CancellationToken stopping)
    {
        var isRefusal = StreamFailure.IsRefusal(lost.Cause.Status.Code);
        if (lost.Lived >= _settings.Subscription.AbsentAfter)
        {
            // It served well; whatever ended it, the next attempt is the first.
            _selector.Succeeded();
            _blame = null;
            _innocent.Clear();
            if (!isRefusal)
            {
                return;
            }
        }

        if (isRefusal || StreamFailure.IsFault(lost.Cause))
        {
            // That there is no such name is the weakest word of several servers.
            _innocent.UnionWith(_subscription.Answered);
            _blame = _blame is { Cause.Status.Code: not GrpcStatusCode.NotFound } worse ? worse : (lost.Cause, Server);
        }

        var outage = StreamFailure.Outage(lost.Cause, Server);
        if (!_selector.Failed(isRefusal || outage.Code == SecretErrorCode.Unreachable, out var allDefinite, StreamFailure.IsTurnedAway(lost.Cause)))
        {
            return;
        }

        var blame = _blame;
        _blame = null;
        if (blame is { } cause && TryPart(cause.Cause, cause.Server))
        {
            return;
        }

        var state = blame is { } refusal && StreamFailure.IsRefusal(refusal.Cause.Status.Code) && _subscription.Names.FirstOrDefault() is { } name
            ? StreamFailure.Refusal(refusal.Cause, name, _subscription.Holds(name), refusal.Server)
            : new SecretState.Unavailable(outage.Message) { Definite = allDefinite, RetryAfter = outage.RetryAfter };
        await WaitAsync(state, Backoff.Default.Wait(_selector.FailedRounds, Random.Shared.NextDouble(), outage.RetryAfter), stopping).ConfigureAwait(false);
    }

    /// <summary>Parts the names of a stream that every server has ended because of what was asked, so that those which are sound go on.</summary>
    private bool TryPart(GrpcException cause, string server)
    {
        var mayPart = _owner.Blame(this, StreamFailure.IsRefusal(cause.Status.Code));
        var leaving = mayPart ? StreamSplit.Leaving(_subscription.Names, _innocent) : [];
        _innocent.Clear();
        if (leaving.Count == 0)
        {
            return false;
        }

        _log.Split(server, cause.Status.ToString(), leaving.Count, _subscription.Names.Count);
        _feed.Part(leaving);

        // What stays is another question.
        _selector.Succeeded();
        return true;
    }

    private void Absolve()
    {
        _blame = null;
        _owner.Absolve(this);
    }

    /// <summary>Waits before the next attempt, and tells everybody, newcomers too, why there is nothing.</summary>
    private async Task WaitAsync(SecretState outage, TimeSpan wait, CancellationToken stopping)
    {
        _isHurried = false;
        _feed.Outage = outage;
        _feed.Publish(_subscription.Fail(outage));
        var until = _clock.Now + wait;
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            var now = _clock.BeginTurn();
            _feed.Apply(Server);
            if (now >= until || _isHurried || _subscription.IsEmpty)
            {
                break;
            }

            _clock.WakeAt(now, until);
            await _clock.Waiting.ConfigureAwait(false);
        }

        _feed.Outage = null;
    }
}
