using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Xds.Sds;
using SecretProviders.Xds.Sds.Deliveries;

namespace SecretProviders.Xds;

/// <summary>
/// One SDS stream without a transport: protobuf requests in, protobuf responses out, a subscription in between. For
/// hosts with a gRPC stack of their own; our endpoints stand on it too. One secret per response, at most one
/// unacknowledged response per secret; ACK and NACK are reported to the provider.
/// </summary>
/// <remarks>
/// Requests come one at a time, responses have one reader; the two may run at the same time. Responses may be
/// produced on the thread of a request or of the provider: the reader should write and return.
/// </remarks>
public sealed partial class SecretDiscoverySession : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly AsyncSignal _signal = new();
    private readonly ISecretProvider _provider;
    private readonly SecretConsumer _peer;
    private readonly SecretDiscoveryProtocol _variant;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly DeliveryTable _table;
    private readonly IDiscoveryProtocol _protocol;
    private ISecretSubscription? _subscription;
    private ITimer? _overdue;
    private Task _pump = Task.CompletedTask;
    private SecretDiscoveryException? _failure;
    private volatile bool _disposed;

    /// <summary>Opens a session.</summary>
    /// <param name="provider">Answers for names.</param>
    /// <param name="peer">Who is at the other end; the node's fields are taken from the first request.</param>
    /// <param name="protocol">The variant that the peer speaks.</param>
    /// <param name="options">Settings, or null for the defaults.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    /// <param name="logger">Where to log, or null for nowhere.</param>
    public SecretDiscoverySession(
        ISecretProvider provider,
        SecretConsumer peer,
        SecretDiscoveryProtocol protocol,
        SecretDiscoveryOptions? options = null,
        TimeProvider? timeProvider = null,
        ILogger? logger = null)
    {
        _provider = provider;
        _peer = peer;
        _variant = protocol;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _logger = logger ?? NullLogger.Instance;
        options ??= new SecretDiscoveryOptions();
        _table = new DeliveryTable(protocol, _timeProvider, options);
        _protocol = protocol == SecretDiscoveryProtocol.Delta
            ? new DeltaProtocol(_table, options.WildcardNames)
            : new StateOfTheWorldProtocol(_table, options.WildcardNames);
    }

    /// <summary>Sets what counts, when it is not shared with sessions of other providers.</summary>
    internal SecretDiscoveryMetrics Metrics
    {
        init => _table.Metrics = value;
    }

    /// <summary>Takes in one request: <c>DiscoveryRequest</c> or <c>DeltaDiscoveryRequest</c>.</summary>
    /// <param name="request">The protobuf bytes; not kept.</param>
    /// <exception cref="SecretDiscoveryException">The request ends the stream, with this status.</exception>
    public void Receive(ReadOnlySequence<byte> request)
    {
        StreamChange change;
        bool isDue;
        lock (_gate)
        {
            change = _protocol.Receive(request);
            isDue = _table.Due != 0;
        }

        // Outside the lock: the provider may answer on this very thread.
        try
        {
            Subscribe(change);
        }
        catch (SecretLimitException exception)
        {
            throw new SecretDiscoveryException(GrpcStatusCode.ResourceExhausted, exception.Message, exception);
        }

        if (change.Settled is { } settled)
        {
            Report(settled.Name, settled.Version, change.Refusal);
        }

        if (isDue)
        {
            _signal.Set();
        }
    }

    /// <summary>
    /// Yields the responses as they become due, each with the newest content at that moment. Completes when cancelled
    /// or disposed. May be called once.
    /// </summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SecretDiscoveryException">The provider has ended, so the stream should end with this status.</exception>
    public async IAsyncEnumerable<SecretDiscoveryResponse> ReadResponsesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var registration = cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).End(), _signal);
        while (await _signal.WaitAsync().ConfigureAwait(false))
        {
            Rest rest;
            do
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    yield break;
                }

                if (TakeNext(out rest) is { } response)
                {
                    yield return response;
                }
            }
            while (rest == Rest.Due);

            if (rest == Rest.Held)
            {
                WatchOverdue();
            }
        }

        if (_failure is { } failure && !_disposed && !cancellationToken.IsCancellationRequested)
        {
            throw failure;
        }
    }

    /// <summary>Ends the session and its subscription.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        _signal.End();
        if (_subscription is { } subscription)
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
        }

        await _pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        if (_overdue is { } overdue)
        {
            await overdue.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Subscribe(StreamChange change)
    {
        if (_subscription is { } subscription)
        {
            if (change.HasMoves)
            {
                subscription.Update(change.Add, change.Remove);
            }

            return;
        }

        _subscription = _provider.Subscribe(DiscoveryRequests.Consumer(_peer, change.Node), change.Add);
        _pump = PumpAsync(_subscription);
    }

    private async Task PumpAsync(ISecretSubscription subscription)
    {
        try
        {
            await foreach (var batch in subscription.ReadAllAsync().ConfigureAwait(false))
            {
                lock (_gate)
                {
                    _table.Apply(batch.Changes);
                }

                _signal.Set();
            }

            _failure = new SecretDiscoveryException(GrpcStatusCode.Unavailable, "The provider of secrets is stopping: connect again later.");
        }
        catch (Exception exception)
        {
            ProviderFailed(_logger, _peer.Connection, exception);
            _failure = new SecretDiscoveryException(GrpcStatusCode.Internal, "The provider of secrets failed: see the server's log.", exception);
        }

        _signal.End();
    }

    private SecretDiscoveryResponse? TakeNext(out Rest rest)
    {
        DeliveryOrder order;
        lock (_gate)
        {
            var isTaken = _table.TryTake(out order);
            rest = isTaken ? Rest.Due : _table.HasHeld ? Rest.Held : Rest.Nothing;
            if (!isTaken)
            {
                return null;
            }
        }

        return MakeResponse(order);
    }

    private SecretDiscoveryResponse? MakeResponse(DeliveryOrder order)
    {
        if (SessionResponses.Make(_variant, order, out var problem) is { } response)
        {
            _table.LastNonce = order.Nonce;
            return response;
        }

        // The others must flow: this one counts as refused, by us on the peer's behalf.
        lock (_gate)
        {
            _table.Settle(order.Nonce);
        }

        Unservable(_logger, order.Name, problem!);
        _subscription!.Report(order.Name, order.Snapshot!.Version, SecretOutcome.Rejected, problem);
        return null;
    }

    // The provider logs a refusal, once however often a peer repeats it.
    private void Report(string name, SecretVersion version, string? refusal) =>
        _subscription!.Report(name, version, refusal is null ? SecretOutcome.Applied : SecretOutcome.Rejected, refusal);

    private void WatchOverdue()
    {
        TimeSpan? next;
        lock (_gate)
        {
            next = _table.ReleaseOverdue();
        }

        if (next is not { } due)
        {
            return;
        }

        if (due == TimeSpan.Zero)
        {
            _signal.Set();
            return;
        }

        // Armed only while news waits for an acknowledgement, so a well-behaved stream never has a timer.
        _overdue ??= _timeProvider.CreateTimer(static signal => ((AsyncSignal)signal!).Set(), _signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _overdue.Change(due, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What is left after a response was taken.</summary>
    private enum Rest
    {
        Nothing,

        /// <summary>Another response may be due.</summary>
        Due,

        /// <summary>News waits for acknowledgements.</summary>
        Held,
    }
}
