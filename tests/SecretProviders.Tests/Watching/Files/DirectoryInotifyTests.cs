using System.Globalization;
using SecretProviders.Tests.FileSystem;
using SecretProviders.Watching;

namespace SecretProviders.Tests.Watching;

/// <summary>inotify itself: which change is announced as what, and what happens when its queue is full.</summary>
public sealed class DirectoryInotifyTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly DirectoryInotify _notifier = new();
    private readonly Listener _listener = new();
    private HashSet<DirectoryEntryId> _entries = [];

    [Fact]
    public async Task Every_change_of_an_entry_is_announced_as_what_it_is()
    {
        Listen("file", content: true);

        _folder.Write("file", "one");
        await _listener.Changes.WaitForAsync(static change => change == DirectoryChange.Created);
        _folder.Write("file", "two");
        await _listener.Changes.WaitForAsync(static change => change == DirectoryChange.Written);
        _folder.WriteOver("file", "three"u8.ToArray());
        await _listener.Changes.WaitForAsync(static change => change == DirectoryChange.Replaced);
        _folder.Delete("file");
        await _listener.Changes.WaitForAsync(static change => change == DirectoryChange.Gone);
        _folder.Link("file", "target");
        await _listener.Changes.WaitForAsync(static change => change == DirectoryChange.Replaced);
    }

    [Fact]
    public async Task Writing_is_not_announced_to_who_only_follows_names()
    {
        _folder.Write("file", "one");
        Listen("file", content: false);

        _folder.Write("file", "two");
        _folder.Delete("file");

        Assert.Equal(DirectoryChange.Gone, await _listener.Changes.WaitForAsync(static _ => true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Change_of_attributes_such_as_permissions_is_announced(bool content)
    {
        _folder.Write("file", "one");
        Listen("file", content);

        File.SetLastWriteTimeUtc(_folder["file"], DateTime.UnixEpoch);

        await _listener.Changes.WaitForAsync(static change => change == DirectoryChange.Written);
    }

    [Fact]
    public async Task Hidden_entries_are_announced_only_to_who_names_them()
    {
        Listen(string.Empty, content: true);

        _folder.Link("..data_tmp", "..g1");
        _folder.Delete("..data_tmp");
        _folder.Link("tls.crt", "..data/tls.crt");

        Assert.Equal(DirectoryChange.Replaced, await _listener.Changes.WaitForAsync(static _ => true));
    }

    [Fact]
    public async Task End_of_the_directory_itself_is_announced()
    {
        _folder.CreateFolder("sub");
        _entries = _notifier.Listen(_listener, _entries, [new DirectoryDependency(_folder["sub"], "file", Content: true)], out _);

        _folder.Delete("sub");

        Assert.Equal(DirectoryChange.Gone, await _listener.Changes.WaitForAsync(static _ => true));
        Assert.Equal(0, _notifier.Directories);
    }

    [Fact]
    public async Task Full_queue_is_announced_as_a_loss()
    {
        Listen("trigger", content: true);
        _listener.Block();
        _folder.Write("trigger", "x");

        // Alternating names keep the kernel from folding equal events into one.
        var limit = int.Parse(await File.ReadAllTextAsync("/proc/sys/fs/inotify/max_queued_events"), CultureInfo.InvariantCulture);
        for (var number = 0; number <= limit; number++)
        {
            _folder.Write("noise" + (number % 2), string.Empty);
        }

        _listener.Unblock();

        await _listener.Changes.WaitForAsync(static change => change == DirectoryChange.Lost);
    }

    [Fact]
    public void Missing_directory_is_no_failure()
    {
        _entries = _notifier.Listen(_listener, _entries, [new DirectoryDependency(_folder["missing"], "file", Content: true)], out var failure);

        Assert.Equal(DirectoryWatchFailure.None, failure);
        Assert.Empty(_entries);
    }

    public void Dispose()
    {
        _notifier.Listen(_listener, _entries, [], out _);
        _folder.Dispose();
    }

    private void Listen(string name, bool content) =>
        _entries = _notifier.Listen(_listener, _entries, [new DirectoryDependency(_folder.Root, name, content)], out _);

    private sealed class Listener : IDirectoryListener
    {
        private TaskCompletionSource _open = Opened();

        public SignalRecorder<DirectoryChange> Changes { get; } = new();

        public void Block() => _open = new TaskCompletionSource();

        public void Unblock() => _open.SetResult();

        public void Touched(DirectoryChange change)
        {
            Changes.Add(change);
            _open.Task.Wait();
        }

        private static TaskCompletionSource Opened()
        {
            var opened = new TaskCompletionSource();
            opened.SetResult();
            return opened;
        }
    }
}
