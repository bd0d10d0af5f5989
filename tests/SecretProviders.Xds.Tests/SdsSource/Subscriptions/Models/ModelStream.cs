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

    public bool IsOpen => _session is not null;

    public void Close()
    {
        _session?.Dispose();
        _session = null;
    }

    public void Reopen(TimeSpan now)
    {
        Close();
        var responses = new Queue<TResponse>();
        _responses = responses;
        _session = open(store, responses.Enqueue);
        subscription.Begin("server");
        subscription.Up(now);
    }

    public bool TrySend(TimeSpan now)
    {
        if (_session is not { } session || subscription.TakeRequest(now) is not { } request)
        {
            return false;
        }

        session.Receive(request);
        return true;
    }

    public SubscriptionNews? TryReceive(TimeSpan now) => IsOpen && _responses.TryDequeue(out var response) ? subscription.Receive(response, now) : null;

    public void Dispose() => Close();
}
