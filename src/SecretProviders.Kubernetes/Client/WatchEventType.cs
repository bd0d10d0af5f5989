namespace SecretProviders.Kubernetes.Client;

/// <summary>What an event of a watch tells.</summary>
internal enum WatchEventType
{
    /// <summary>The object came, or was there already when an initial list is streamed.</summary>
    Added,

    /// <summary>The object changed.</summary>
    Modified,

    /// <summary>The object is gone, or no longer selected.</summary>
    Deleted,

    /// <summary>Nothing happened up to this resource version.</summary>
    Bookmark,
}
