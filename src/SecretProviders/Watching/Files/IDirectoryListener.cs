namespace SecretProviders.Watching;

/// <summary>Is told of changes by a <see cref="DirectoryNotifier"/>.</summary>
internal interface IDirectoryListener
{
    /// <summary>Takes note of a change. Called on the notifier's thread, without a lock; must return at once.</summary>
    void Touched(DirectoryChange change);
}
