using SecretProviders.Watching;

namespace SecretProviders.Tests.Watching;

/// <summary>Watches and announces nothing, except a loss when told to; may say why it is deaf.</summary>
internal sealed class DeafNotifier(DirectoryWatchFailure failure = DirectoryWatchFailure.None) : DirectoryNotifier
{
    public void Lose() => AnnounceLoss();

    protected override DirectoryWatchFailure AddLocked(string directory, bool content, out long? id)
    {
        id = failure == DirectoryWatchFailure.None ? directory.GetHashCode(StringComparison.Ordinal) : null;
        return failure;
    }

    protected override void RemoveLocked(long id)
    {
    }
}
