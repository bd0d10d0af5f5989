using System.Net.Sockets;
using System.Runtime.Versioning;
using SecretProviders.Tests.FileSystem;
using SecretProviders.Watching;

namespace SecretProviders.Tests.Watching;

/// <summary>Looking at what a path leads to, without opening it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FileStatTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public void File_is_told_with_its_size_mode_and_owner()
    {
        _folder.Write("file", "12345");
        File.SetUnixFileMode(_folder["file"], UnixFileMode.UserRead | UnixFileMode.GroupRead);

        var entry = Look("file");

        Assert.Equal((FileEntryKind.File, 5L), (entry.Kind, entry.Size));
        Assert.Equal((UnixFileMode.UserRead | UnixFileMode.GroupRead, Posix.UserId), (entry.Mode, entry.Owner));
    }

    [Fact]
    public void Times_are_those_of_the_file()
    {
        _folder.Write("file", "x");
        var written = new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_folder["file"], written);

        var entry = Look("file");

        Assert.Equal(written.Ticks, entry.Modified);
        Assert.True(entry.Changed > written.Ticks, "The change of the time itself is younger than the time that was set.");
    }

    [Fact]
    public void Folder_is_no_file()
    {
        _folder.CreateFolder("folder");

        Assert.Equal(FileEntryKind.Folder, Look("folder").Kind);
    }

    [Fact]
    public void Fifo_is_special()
    {
        Posix.MakeFifo(_folder["fifo"]);

        Assert.Equal(FileEntryKind.Special, Look("fifo").Kind);
    }

    [Fact]
    public void Socket_is_special()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder["socket"]));

        Assert.Equal(FileEntryKind.Special, Look("socket").Kind);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/zero")]
    public void Device_is_special(string path) => Assert.Equal(FileEntryKind.Special, FileStat.Look(path).Kind);

    [Theory]
    [InlineData("missing")]
    [InlineData("missing/below")]
    [InlineData("file/below")]
    public void What_is_not_there_is_missing(string path)
    {
        _folder.Write("file", "x");

        Assert.Equal(FileEntryKind.Missing, Look(path).Kind);
    }

    [Fact]
    public void Name_that_no_file_can_have_is_missing() => Assert.Equal(FileEntryKind.Missing, Look(new string('a', 300)).Kind);

    [Fact]
    public void Link_at_the_end_is_not_followed()
    {
        _folder.Write("target", "x");
        _folder.Link("link", "target");

        Assert.Equal(FileEntryKind.Missing, Look("link").Kind);
    }

    [Fact]
    public void Folder_that_may_not_be_searched_is_denied()
    {
        _folder.Write("closed/file", "x");
        File.SetUnixFileMode(_folder["closed"], UnixFileMode.None);
        File.SetUnixFileMode(_folder.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);

        Assert.Equal(FileEntryKind.Denied, Posix.AsNobody(() => Look("closed/file")).Kind);
        File.SetUnixFileMode(_folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Same_file_looks_the_same_twice()
    {
        _folder.Write("file", "x");

        Assert.Equal(Look("file"), Look("file"));
    }

    [Fact]
    public void File_renamed_over_looks_different_though_size_and_time_are_equal()
    {
        _folder.Write("file", "one");
        var before = Look("file");
        _folder.Write("file.new", "two");
        File.SetLastWriteTimeUtc(_folder["file.new"], File.GetLastWriteTimeUtc(_folder["file"]));
        Posix.Rename(_folder["file.new"], _folder["file"]);

        var after = Look("file");

        Assert.Equal(before.Size, after.Size);
        Assert.NotEqual(before, after);
    }

    [Fact]
    public void Elsewhere_the_bcl_tells_what_it_can()
    {
        _folder.Write("file", "12345");

        Assert.Equal((FileEntryKind.File, 5L), (LookElsewhere("file").Kind, LookElsewhere("file").Size));
        Assert.Equal(FileEntryKind.Folder, FileStat.LookByFileInfo(_folder.Root).Kind);
        Assert.Equal(FileEntryKind.Missing, LookElsewhere("missing").Kind);
    }

    [Fact]
    public void Elsewhere_a_fifo_has_no_size_by_which_it_is_never_opened()
    {
        Posix.MakeFifo(_folder["fifo"]);

        Assert.Equal(0, LookElsewhere("fifo").Size);
    }

    public void Dispose() => _folder.Dispose();

    private FileEntry Look(string path) => FileStat.Look(_folder[path]);

    private FileEntry LookElsewhere(string path) => FileStat.LookByFileInfo(_folder[path]);
}
