using Google.Protobuf;
using SecretProviders.Xds.Protos.Rpc;

namespace SecretProviders.Sds;

/// <summary>A subscription in one of the two variants of the protocol.</summary>
internal abstract class WireSubscription<TRequest, TResponse>(SubscriptionSettings settings) : Subscription(settings)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private const int InvalidArgument = 3;
    private (string Nonce, string Version, SubscriptionNews News)? _open;

    /// <summary>Gets a value indicating whether names wait that this stream cannot ask for yet: one opened anew can.</summary>
    public virtual bool NeedsNewStream => false;

    /// <summary>Gets a value indicating whether the last response waits for files that it names before it is answered.</summary>
    protected bool IsAnswerOpen => _open is not null;

    /// <summary>Gets the request that is due, or null.</summary>
    /// <param name="now">The present instant.</param>
    public abstract TRequest? TakeRequest(TimeSpan now);

    /// <summary>Takes in a response; its answer is the next request.</summary>
    /// <param name="response">The response.</param>
    /// <param name="now">The present instant.</param>
    public abstract SubscriptionNews Receive(TResponse response, TimeSpan now);

    /// <summary>Makes the answer to a response due.</summary>
    /// <param name="nonce">The nonce of the response.</param>
    /// <param name="version">Its version.</param>
    /// <param name="refusal">Why it is refused, or null.</param>
    protected abstract void Answer(string nonce, string version, Status? refusal);

    /// <summary>Answers a response as soon as the files that it names are read. A later response ends the wait: it is answered instead.</summary>
    protected void AnswerWhenRead(string nonce, string version, SubscriptionNews news)
    {
        _open = (nonce, version, news);
        AnswerIfRead();
    }

    protected override void OnBegin() => _open = null;

    protected override void OnRead(SubscribedName entry, SubscriptionNews news)
    {
        if (_open is { } open && open.News.Pending.Remove(entry.Name))
        {
            open.News.Refusals.AddRange(news.Refusals);
            AnswerIfRead();
        }
    }

    private void AnswerIfRead()
    {
        if (_open is { News.Pending.Count: 0 } read)
        {
            _open = null;
            Answer(read.Nonce, read.Version, read.News.Refusal is { } reason ? new Status { Code = InvalidArgument, Message = reason } : null);
        }
    }
}
