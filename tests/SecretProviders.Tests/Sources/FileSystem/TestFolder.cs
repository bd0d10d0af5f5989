using System.Text;

namespace SecretProviders.Tests.FileSystem;

/// <summary>A real folder of a test's own, removed with it. Paths are relative to it.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("secretproviders-").FullName;

    public string this[string path] => Path.Join(Root, path);

    public void CreateFolder(string path) => Directory.CreateDirectory(this[path]);

    public void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes in place, as an editor or a careless script does.</summary>
    public void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[path])!);
        File.WriteAllBytes(this[path], bytes);
    }

    /// <summary>Writes beside the file and renames over it.</summary>
    public void WriteOver(string path, byte[] bytes)
    {
        Write(path + ".new", bytes);
        File.Move(this[path + ".new"], this[path], overwrite: true);
    }

    public void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[path])!);
        File.CreateSymbolicLink(this[path], target);
    }

    /// <summary>Makes a link and renames it over the one that is there: the atomic way.</summary>
    public void SwapLink(string path, string target)
    {
        File.CreateSymbolicLink(this[path + ".new"], target);
        Posix.Rename(this[path + ".new"], this[path]);
    }

    public void Move(string from, string to) => Directory.Move(this[from], this[to]);

    public void Delete(string path)
    {
        if (Directory.Exists(this[path]))
        {
            Directory.Delete(this[path], recursive: true);
        }
        else
        {
            File.Delete(this[path]);
        }
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
