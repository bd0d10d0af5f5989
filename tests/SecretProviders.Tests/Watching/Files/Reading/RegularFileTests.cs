using System.Runtime.Versioning;
using System.Text;
using SecretProviders.Tests.FileSystem;
using SecretProviders.Watching;

namespace SecretProviders.Tests.Watching;

/// <summary>What is read, and what is refused without being opened.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RegularFileTests : IDisposable
{
    private const int MaxBytes = 16;
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("sixteen bytes...")]
    public void File_is_read_whole(string text)
    {
        _folder.Write("file", text);

        Assert.Equal(text, Read("file"));
    }

    [Fact]
    public void Link_is_followed()
    {
        _folder.Write("file", "text");
        File.CreateSymbolicLink(_folder["link"], "file");

        Assert.Equal("text", Read("link"));
    }

    [Fact]
    public void Missing_file_is_told_by_its_path()
    {
        Assert.Equal(_folder["file"], Assert.Throws<FileNotFoundException>(() => Read("file")).FileName);
        Assert.Throws<FileNotFoundException>(() => Read("no/folder/file"));
    }

    [Fact]
    public void File_in_a_folder_that_may_not_be_searched_is_denied()
    {
        _folder.CreateFolder("closed");
        _folder.Write("closed/file", "text");
        File.SetUnixFileMode(_folder["closed"], UnixFileMode.None);

        var denied = Posix.AsNobody(() => Record.Exception(() => Read("closed/file")));

        Assert.IsType<UnauthorizedAccessException>(denied);

        // Who is not the superuser could not remove it otherwise.
        File.SetUnixFileMode(_folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Larger_file_is_refused()
    {
        _folder.Write("file", new string('x', MaxBytes + 1));

        AssertRefused("file", "has 17 bytes, but 16 are allowed");
    }

    [Fact]
    public void Fifo_is_refused_without_being_opened()
    {
        Posix.MakeFifo(_folder["pipe"]);

        AssertRefused("pipe", "is a FIFO");
    }

    [Fact]
    public void Device_is_refused() => AssertRefused("/dev/zero", "a device");

    [Fact]
    public void Folder_is_refused()
    {
        _folder.CreateFolder("folder");

        AssertRefused("folder", "is a folder");
    }

    [Fact]
    public void Circle_of_links_is_refused()
    {
        File.CreateSymbolicLink(_folder["a"], "b");
        File.CreateSymbolicLink(_folder["b"], "a");

        AssertRefused("a", "go round in circles");
    }

    [Fact]
    public void File_that_became_shorter_since_the_look_is_not_half_read()
    {
        _folder.Write("file", "1234");
        var (real, entry) = RegularFile.Look(_folder["file"]);
        _folder.Write("file", "12");

        Assert.Throws<EndOfStreamException>(() => RegularFile.Read(real!, entry));
    }

    private string Read(string path) => Encoding.UTF8.GetString(RegularFile.Read(Path.Combine(_folder.Root, path), MaxBytes).Memory.Span);

    private void AssertRefused(string path, string words)
    {
        var failure = Assert.Throws<SecretSourceException>(() => Read(path));
        Assert.Equal(SecretErrorCode.Invalid, failure.Code);
        Assert.Contains($"'{Path.Combine(_folder.Root, path)}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }
}
