namespace SecretProviders.Kubernetes.Client;

/// <summary>Takes one object of a list while its bytes are in the buffer. Called in order, never at once with another.</summary>
/// <param name="item">The object; its spans end with the call.</param>
internal delegate void ObjectHandler(RawObject item);

/// <summary>
/// The little of the Kubernetes API that a source needs. What goes wrong is an <see cref="ApiException"/> (the server
/// said so, also by an ERROR event), an <see cref="IOException"/> or <see cref="HttpRequestException"/> (the connection),
/// a <see cref="TimeoutException"/>, or a <see cref="SecretSourceException"/> (the credentials).
/// </summary>
internal interface IKubernetesClient : IDisposable
{
    /// <summary>Reads a list, or a page of one. Never holds more of it than one object.</summary>
    /// <param name="selection">What to list.</param>
    /// <param name="page">Which part of it.</param>
    /// <param name="onObject">Takes each object.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ListPage> ListAsync(ObjectSelection selection, ListRequest page, ObjectHandler onObject, CancellationToken cancellationToken);

    /// <summary>Watches until the server ends the stream.</summary>
    /// <param name="selection">What to watch.</param>
    /// <param name="request">From where, and for how long.</param>
    /// <param name="handler">Takes each event.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task WatchAsync(ObjectSelection selection, WatchRequest request, IWatchHandler handler, CancellationToken cancellationToken);

    /// <summary>Asks by a SelfSubjectAccessReview whether a verb is permitted; null when even that may not be asked.</summary>
    /// <param name="selection">What the verb is about.</param>
    /// <param name="verb">The verb.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<bool?> ReviewAccessAsync(ObjectSelection selection, string verb, CancellationToken cancellationToken);
}
