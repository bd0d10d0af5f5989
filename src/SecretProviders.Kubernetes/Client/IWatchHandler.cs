namespace SecretProviders.Kubernetes.Client;

/// <summary>Takes what a watch says; never called at once from two threads.</summary>
internal interface IWatchHandler
{
    /// <summary>The server has accepted the watch: from here on no change is lost.</summary>
    void Opened();

    /// <summary>An event came.</summary>
    /// <param name="type">What happened; never an error, which ends the watch instead.</param>
    /// <param name="item">The object after it, for a deletion the last one; its spans end with the call.</param>
    void Handle(WatchEventType type, RawObject item);
}
