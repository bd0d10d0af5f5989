namespace SecretProviders.Tests.FileSystem;

/// <summary>The same folder, but every secret that has a folder of its own is mounted as the kubelet mounts it.</summary>
public sealed class MountedFileSystemHarness : FileSystemHarness
{
    private readonly Dictionary<string, MountedSecret> _mounts = [];

    public override Task DeleteAsync(SecretReference reference)
    {
        _mounts.Remove(PathOf(reference));
        return base.DeleteAsync(reference);
    }

    // A mount is only ever written whole.
    public override async Task PutInPartsAsync(SecretReference reference, TlsCertificate secret, Func<Task> between)
    {
        await between();
        await PutAsync(reference, secret);
    }

    private protected override void Write(string path, IReadOnlyDictionary<string, byte[]> files)
    {
        if (files.ContainsKey(string.Empty))
        {
            base.Write(path, files);
            return;
        }

        if (!_mounts.TryGetValue(path, out var mount))
        {
            _mounts[path] = mount = new MountedSecret(Folder, path);
        }

        mount.Write([.. files.Select(static file => (file.Key, file.Value))]);
    }
}
