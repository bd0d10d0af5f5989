namespace SecretProviders.Tests.FileSystem;

/// <summary>
/// A folder as the kubelet fills it: the files are links into <c>..data</c>, which is a link to the folder of one
/// generation; a new generation is written beside, then <c>..data</c> is exchanged by one rename, then the old folder goes.
/// </summary>
internal sealed class MountedSecret(TestFolder folder, string path)
{
    private int _generation;

    public string Generation => $"..2026_01_01_{_generation:D6}";

    public void Write(params (string Name, byte[] Bytes)[] files)
    {
        var old = Generation;
        _generation++;
        foreach (var (name, bytes) in files)
        {
            folder.Write($"{path}/{Generation}/{name}", bytes);
        }

        File.CreateSymbolicLink(folder[$"{path}/..data_tmp"], Generation);
        Posix.Rename(folder[$"{path}/..data_tmp"], folder[$"{path}/..data"]);
        foreach (var (name, _) in files)
        {
            if (new FileInfo(folder[$"{path}/{name}"]).LinkTarget is null)
            {
                folder.SwapLink($"{path}/{name}", $"..data/{name}");
            }
        }

        folder.Delete($"{path}/{old}");
    }
}
