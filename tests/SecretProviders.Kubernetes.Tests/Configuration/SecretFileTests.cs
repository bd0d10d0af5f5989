using System.Diagnostics;
using SecretProviders.Kubernetes.Configuration;

namespace SecretProviders.Kubernetes.Tests.Configuration;

public sealed class SecretFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kube-file-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void File_is_read_whole()
    {
        File.WriteAllText(At("token"), "one");

        Assert.Equal("one"u8, SecretFile.Read(At("token")).Memory.Span);
    }

    [Fact]
    public void What_would_wait_for_ever_is_refused_without_being_opened()
    {
        using var process = Process.Start("mkfifo", [At("token")]);
        process.WaitForExit();

        AssertRefused("is a FIFO");
    }

    [Fact]
    public void Missing_file_is_named() => AssertRefused("there is no such file");

    [Fact]
    public void Large_file_is_refused()
    {
        using (var file = File.Create(At("token")))
        {
            file.SetLength((1024 * 1024) + 1);
        }

        AssertRefused("name the right file");
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private void AssertRefused(string words)
    {
        var failure = Assert.Throws<SecretSourceException>(() => SecretFile.Read(At("token")));
        Assert.Equal(SecretErrorCode.Unreachable, failure.Code);
        Assert.Contains($"'{At("token")}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }
}
