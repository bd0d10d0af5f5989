namespace SecretProviders.Vault.Tests;

/// <summary>A file with a credential, in a folder of its own that is deleted in the end.</summary>
internal sealed class TestFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vault-tests-").FullName;

    public string Path => System.IO.Path.Combine(_folder, "credential");

    /// <summary>Writes the text and names the file as a credential.</summary>
    public SecretCredential Holding(string text)
    {
        Write(text);
        return SecretCredential.FromFile(Path);
    }

    public void Write(string text) => File.WriteAllText(Path, text);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
