using SecretProviders.Sds;

namespace SecretProviders.Xds.Tests.SdsSource.Models;

/// <summary>One stream between a subscription and a model of a server, with what is on its way in both directions.</summary>
internal interface IModelStream : IDisposable
{
    Subscription Subscription { get; }

    bool NeedsNewStream { get; }

    bool IsOpen { get; }

    /// <summary>Ends the stream; what is on its way is lost.</summary>
    void Close();

    /// <summary>Ends the stream and opens the next; what is on its way is lost.</summary>
    void Reopen(TimeSpan now);

    /// <summary>Lets the subscription send, if it has something to send.</summary>
    bool TrySend(TimeSpan now);

    /// <summary>Lets a response arrive, if one is on its way.</summary>
    SubscriptionNews? TryReceive(TimeSpan now);
}
