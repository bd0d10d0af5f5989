using Google.Protobuf;
using SecretProviders.Xds.Protos.Rpc;

namespace SecretProviders.Sds;

/// <summary>A subscription in one of the two variants of the protocol.</summary>
internal abstract class WireSubscription<TRequest, TResponse>(SubscriptionSettings settings) : Subscription(settings)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private const int InvalidArgument = 3;

    /// <summary>Gets a value indicating whether names wait that this stream cannot ask for yet: one opened anew can.</summary>
    public virtual bool NeedsNewStream => false;

    /// <summary>Gets the request that is due, or null.</summary>
    /// <param name="now">The present instant.</param>
    public abstract TRequest? TakeRequest(TimeSpan now);

    /// <summary>Takes in a response; its answer is the next request.</summary>
    public abstract SubscriptionNews Receive(TResponse response);

    protected static Status? Refusal(SubscriptionNews news) =>
        news.Refusal is { } reason ? new Status { Code = InvalidArgument, Message = reason } : null;
}
