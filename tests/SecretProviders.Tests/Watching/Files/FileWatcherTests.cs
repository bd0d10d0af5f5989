using SecretProviders.Watching;

namespace SecretProviders.Tests.Watching;

/// <summary>What the watcher announces, on a real file system, by inotify and by the watchers of other systems alike.</summary>
public sealed class FileWatcherTests
{
    public static TheoryData<bool> Notifiers => [true, false];

    [Theory]
    [MemberData(nameof(Notifiers))]
    public async Task First_call_reads_what_is_there(bool inotify)
    {
        using var probe = Create(inotify);
        probe.Folder.Write("file", "one");

        probe.Watch("file");

        Assert.Equal((FileSignal.Swapped, "one"), await probe.WaitForAsync("one"));
    }

    [Theory]
    [MemberData(nameof(Notifiers))]
    public async Task Rename_over_the_file_is_announced_at_once(bool inotify)
    {
        using var probe = await WatchOneAsync(inotify, "file");

        probe.Folder.WriteOver("file", "two"u8.ToArray());

        Assert.Equal(FileSignal.Swapped, (await probe.WaitForAsync("two")).Signal);
    }

    [Theory]
    [MemberData(nameof(Notifiers))]
    public async Task Writing_in_place_is_announced_when_it_rests(bool inotify)
    {
        using var probe = await WatchOneAsync(inotify, "file");

        probe.Folder.Write("file", "two");

        Assert.Equal(FileSignal.AtRest, (await probe.WaitForAsync("two")).Signal);
    }

    [Theory]
    [MemberData(nameof(Notifiers))]
    public async Task Deletion_and_return_are_announced(bool inotify)
    {
        using var probe = await WatchOneAsync(inotify, "file");

        probe.Folder.Delete("file");
        await probe.WaitForAsync((string?)null);
        probe.Folder.Write("file", "two");

        await probe.WaitForAsync("two");
    }

    [Theory]
    [MemberData(nameof(Notifiers))]
    public async Task Folders_that_come_later_are_entered(bool inotify)
    {
        using var probe = Create(inotify);
        probe.Watch("a/b/c/file");
        await probe.WaitForAsync((string?)null);

        probe.Folder.Write("a/b/c/file", "one");

        await probe.WaitForAsync("one");
    }

    [Theory]
    [MemberData(nameof(Notifiers))]
    public async Task Link_on_the_way_that_moves_is_followed_anew(bool inotify)
    {
        using var probe = Create(inotify);
        probe.Folder.Write("v1/file", "one");
        probe.Folder.Write("v2/file", "two");
        probe.Folder.Link("current", "v1");
        probe.Watch("current/file");
        await probe.WaitForAsync("one");

        probe.Folder.SwapLink("current", "v2");
        await probe.WaitForAsync("two");
        probe.Folder.Write("v2/file", "three");

        await probe.WaitForAsync("three");
    }

    [Theory]
    [MemberData(nameof(Notifiers))]
    public async Task New_link_is_complete_from_the_start(bool inotify)
    {
        using var probe = Create(inotify);
        probe.Folder.Write("target", "one");
        probe.Watch("link");
        await probe.WaitForAsync((string?)null);

        probe.Folder.Link("link", "target");

        Assert.Equal(FileSignal.Swapped, (await probe.WaitForAsync("one")).Signal);
    }

    [Theory]
    [MemberData(nameof(Notifiers))]
    public async Task Folder_that_is_deleted_and_made_again_is_watched_again(bool inotify)
    {
        using var probe = await WatchOneAsync(inotify, "folder/file");

        probe.Folder.Delete("folder");
        await probe.WaitForAsync((string?)null);
        probe.Folder.Write("folder/file", "two");
        await probe.WaitForAsync("two");
        probe.Folder.Write("folder/file", "three");

        await probe.WaitForAsync("three");
    }

    [Fact]
    public async Task Links_inside_a_watched_folder_are_followed()
    {
        using var probe = Create(inotify: true);
        probe.Folder.Write("elsewhere/file", "one");
        probe.Folder.Link("folder/link", "../elsewhere/file");
        var calls = new SignalRecorder<string>();
        using var watch = probe.Watcher.Watch([probe.Folder["folder"]], () => calls.Add(File.ReadAllText(probe.Folder["folder/link"])));
        await calls.WaitForAsync(static text => text == "one");

        probe.Folder.Write("elsewhere/file", "two");

        await calls.WaitForAsync(static text => text == "two");
    }

    [Fact]
    public async Task Reader_that_makes_no_sense_of_it_is_called_again_at_rest()
    {
        using var probe = await WatchOneAsync(inotify: true, "file");
        probe.IsSound = static text => text != "half";

        probe.Folder.WriteOver("file", "half"u8.ToArray());

        await probe.WaitForAsync(FileSignal.Swapped, "half");
        await probe.WaitForAsync(FileSignal.AtRest, "half");
    }

    [Fact]
    public async Task Reader_that_fails_is_logged_and_called_at_the_next_change()
    {
        using var probe = await WatchOneAsync(inotify: true, "file");
        probe.IsSound = static text => text != "bad" ? true : throw new InvalidOperationException("boom");

        probe.Folder.WriteOver("file", "bad"u8.ToArray());
        await probe.Log.WaitForAsync(1082);
        probe.Folder.WriteOver("file", "good"u8.ToArray());

        await probe.WaitForAsync("good");
    }

    private static FileWatchProbe Create(bool inotify) => new(inotify ? new DirectoryInotify() : new DirectorySystemWatchers());

    private static async Task<FileWatchProbe> WatchOneAsync(bool inotify, string path)
    {
        var probe = Create(inotify);
        probe.Folder.Write(path, "one");
        probe.Watch(path);
        await probe.WaitForAsync("one");
        return probe;
    }
}
