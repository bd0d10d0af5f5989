using Google.Protobuf;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.Sds;

/// <summary>One run of a stream, from its first request until something ends it. It alone touches the subscription meanwhile.</summary>
/// <param name="subscription">The subscription; begun.</param>
/// <param name="call">The call.</param>
/// <param name="feed">Carries wishes to the subscription, and what it says to others.</param>
/// <param name="clock">The stream's clock.</param>
/// <param name="log">Says what is worth saying.</param>
/// <param name="server">The server, for messages.</param>
/// <param name="timeout">How long a server may take to show that it is there still.</param>
/// <param name="isReopened">Whether the last run ended for the sake of newcomers, without an answer.</param>
/// <param name="absolve">Is told that the server takes no offence at what is asked.</param>
internal sealed class Conversation<TRequest, TResponse>(
    WireSubscription<TRequest, TResponse> subscription,
    UpstreamCall<TRequest, TResponse> call,
    SubscriptionFeed feed,
    StreamClock clock,
    StreamLog log,
    string server,
    TimeSpan timeout,
    bool isReopened,
    Action absolve)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    // A first answer is normally on its way: names that must wait for it wait this long before they get a new stream.
    private static readonly TimeSpan HoldBack = TimeSpan.FromMilliseconds(100);

    // A sign of life that takes longer tells that the server stood still, and so tells its silence nothing.
    private static readonly TimeSpan Prompt = TimeSpan.FromMilliseconds(100);

    private readonly Patience _patience = new();
    private TimeSpan? _stoodStillUntil;
    private TimeSpan? _reopenAt;

    /// <exception cref="GrpcException">The server ended the stream, or is out of reach.</exception>
    public async Task<StreamEnd> RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            var now = clock.BeginTurn();
            if (await call.TryTakeAsync(now).ConfigureAwait(false) is { } response)
            {
                Take(response, now);
            }

            feed.Apply(server);
            if (subscription.IsEmpty)
            {
                return new StreamEnd.Unused();
            }

            var silentAt = await ListenAsync(now).ConfigureAwait(false);
            if (subscription.IsEmpty)
            {
                // What silence told may have moved the last name to another stream.
                return new StreamEnd.Unused();
            }

            _reopenAt = ReopenAt(now);
            if (_reopenAt <= now)
            {
                return new StreamEnd.Reopen();
            }

            if (call.CanAnswer(now) && subscription.TakeRequest(now) is { } request)
            {
                call.Write(request);
            }

            clock.WakeAt(now, _reopenAt, call.NextDue(now), silentAt);
            await call.WaitAsync(now, clock.Waiting).ConfigureAwait(false);
        }
    }

    // Newcomers must not keep others waiting for ever: a stream that replaced another is given its whole time to answer.
    private TimeSpan? ReopenAt(TimeSpan now) => subscription switch
    {
        { IsWornOut: true } => now,
        { NeedsNewStream: false } => null,
        _ when !isReopened => _reopenAt ?? now + HoldBack,
        _ => call.IsUp && subscription.NextSilence is null ? now : null,
    };

    // Returns when silence next means something, or null while it cannot.
    private async ValueTask<TimeSpan?> ListenAsync(TimeSpan now)
    {
        if (call.TryComeUp(now))
        {
            subscription.Up(now);
        }

        if (await call.TryTakeProofAsync().ConfigureAwait(false) is { } took)
        {
            // It lets the stream stand, so it takes no offence at what is asked.
            absolve();
            if (HasStoodStill(took, now))
            {
                subscription.Up(now);
            }
        }

        if (!call.IsSilent(now))
        {
            return null;
        }

        feed.Publish(subscription.Silence(call.ProvenAt));
        if (subscription.NextSilence <= now)
        {
            call.Prove(now);
            return null;
        }

        return subscription.NextSilence;
    }

    // What a server that stood still has to say comes after its sign of life, in any order. Not again and again: where every
    // answer takes so long the network is slow.
    private bool HasStoodStill(TimeSpan took, TimeSpan now)
    {
        if (took <= Prompt || now < _stoodStillUntil + (timeout * 2))
        {
            return false;
        }

        _stoodStillUntil = now;
        return true;
    }

    private void Take(TResponse response, TimeSpan now)
    {
        absolve();
        var news = subscription.Receive(response, now);
        feed.Publish(news);
        log.Received(news, server);
        call.PauseUntil(now + _patience.Count(news.IsNew));
        if (_patience.HasJustEnded)
        {
            log.Repeats(server);
        }
    }
}
