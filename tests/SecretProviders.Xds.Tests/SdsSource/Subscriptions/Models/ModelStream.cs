using SecretProviders.Sds;

namespace SecretProviders.Xds.Tests.SdsSource.Models;

/// <summary>A subscription and the server's end of its stream.</summary>
internal sealed class ModelStream<TRequest, TResponse>(
    WireSubscription<TRequest, TResponse> subscription, ModelStore store, Func<ModelStore, Action<TResponse>, ModelSession<TRequest>> open) : IModelStream
    where TRequest : class, Google.Protobuf.IMessage<TRequest>
    where TResponse : class, Google.Protobuf.IMessage<TResponse>
{
    private Queue<TResponse> _responses = new();
    private ModelSession<TRequest>? _session;

    public Subscription Subscription => subscription;

    public bool NeedsNewStream => subscription.NeedsNewStream;

    public void Reopen(TimeSpan now)
    {
        _session?.Dispose();
        var responses = new Queue<TResponse>();
        _responses = responses;
        _session = open(store, responses.Enqueue);
        subscription.Begin("server");
        subscription.Up(now);
    }

    public bool TrySend(TimeSpan now)
    {
        if (subscription.TakeRequest(now) is not { } request)
        {
            return false;
        }

        _session!.Receive(request);
        return true;
    }

    public SubscriptionNews? TryReceive(TimeSpan now) => _responses.TryDequeue(out var response) ? subscription.Receive(response, now) : null;

    public void Dispose() => _session?.Dispose();
}
