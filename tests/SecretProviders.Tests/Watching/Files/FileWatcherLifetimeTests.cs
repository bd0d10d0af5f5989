using SecretProviders.Testing;
using SecretProviders.Tests.Diagnostics;
using SecretProviders.Watching;

namespace SecretProviders.Tests.Watching;

/// <summary>What the watcher does when nothing is announced, and what it leaves behind.</summary>
public sealed class FileWatcherLifetimeTests
{
    private static readonly TimeSpan Poll = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Poll_reads_what_no_event_told()
    {
        var clock = new ManualTimeProvider();
        using var probe = new FileWatchProbe(new DeafNotifier(), clock, Poll);
        probe.Folder.Write("file", "one");
        probe.Watch("file");
        await probe.WaitForAsync("one");

        probe.Folder.Write("file", "two");
        clock.Advance(Poll);

        Assert.Equal((FileSignal.Poll, "two"), await probe.WaitForAsync("two"));
    }

    [Theory]
    [InlineData(nameof(DirectoryWatchFailure.LimitReached))]
    [InlineData(nameof(DirectoryWatchFailure.Denied))]
    [InlineData(nameof(DirectoryWatchFailure.Unsupported))]
    public async Task Reason_for_which_nothing_is_announced_is_logged_once(string reason)
    {
        using var probe = new FileWatchProbe(new DeafNotifier(Enum.Parse<DirectoryWatchFailure>(reason)));
        for (var number = 0; number < 10; number++)
        {
            await probe.Watch($"file{number}").RefreshAsync();
        }

        var entry = Assert.Single(probe.Log.Entries);
        Assert.Equal(1080, entry.EventId.Id);
        Assert.Contains(reason, entry.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_that_throws_ends_no_reading()
    {
        using var log = new ThrowingLogger();
        var notifier = new DeafNotifier(DirectoryWatchFailure.LimitReached);
        using var watcher = new FileWatcher(new ManualTimeProvider(), log, Poll, notifier);
        using var watch = watcher.Watch(["/nowhere"], static _ => throw new InvalidOperationException());

        await watch.RefreshAsync().WaitAsync(StreamReading.Patience);
        await watch.RefreshAsync().WaitAsync(StreamReading.Patience);

        Assert.InRange(log.Lines, 3, int.MaxValue);
    }

    [Fact]
    public async Task Lost_events_make_everything_be_read_again_and_are_logged_once()
    {
        var notifier = new DeafNotifier();
        using var probe = new FileWatchProbe(notifier);
        probe.Folder.Write("file", "one");
        probe.Watch("file");
        await probe.WaitForAsync("one");

        probe.Folder.Write("file", "two");
        notifier.Lose();
        await probe.WaitForAsync("two");
        probe.Folder.Write("file", "three");
        notifier.Lose();
        await probe.WaitForAsync("three");

        Assert.Equal([1081], probe.Log.EventIds);
    }

    [Fact]
    public async Task Ten_thousand_files_of_one_folder_cost_one_directory_each_level()
    {
        var notifier = new DirectoryInotify();
        using var probe = new FileWatchProbe(notifier);
        probe.Folder.CreateFolder("certs");
        var watches = Enumerable.Range(0, 10_000).Select(number => probe.Watch($"certs/{number}.pem")).ToArray();
        await Task.WhenAll(watches.Select(static watch => watch.RefreshAsync()));

        Assert.Equal((10_000, probe.Folder["certs"].Split('/').Length), (notifier.Listeners, notifier.Directories));
    }

    [Fact]
    public async Task Disposed_watch_releases_its_directories()
    {
        var notifier = new DirectoryInotify();
        using var probe = new FileWatchProbe(notifier);
        probe.Folder.CreateFolder("a");
        probe.Folder.CreateFolder("b");
        var first = probe.Watch("a/file");
        var second = probe.Watch("b/file");
        await Task.WhenAll(first.RefreshAsync(), second.RefreshAsync());
        var both = notifier.Directories;

        await ReleaseAsync(first);
        Assert.Equal((1, both - 1), (notifier.Listeners, notifier.Directories));
        await ReleaseAsync(second);
        Assert.Equal((0, 0), (notifier.Listeners, notifier.Directories));
    }

    [Fact]
    public async Task Notifier_that_was_empty_serves_again()
    {
        using var probe = new FileWatchProbe(new DirectoryInotify());
        for (var round = 0; round < 20; round++)
        {
            probe.Folder.Write("file", $"{round} before");
            var watch = probe.Watch("file");
            await probe.WaitForAsync($"{round} before");
            probe.Folder.WriteOver("file", System.Text.Encoding.ASCII.GetBytes($"{round} after"));
            await probe.WaitForAsync($"{round} after");
            await ReleaseAsync(watch);
        }
    }

    [Fact]
    public void Disposed_watcher_has_no_timer()
    {
        var clock = new ManualTimeProvider();
        var probe = new FileWatchProbe(new DeafNotifier(), clock, Poll);
        probe.Watch("file");

        probe.Dispose();

        Assert.Equal(0, clock.ActiveTimers);
    }

    [Fact]
    public async Task Refresh_of_a_disposed_watch_completes()
    {
        using var probe = new FileWatchProbe(new DeafNotifier());
        var watch = probe.Watch("file");
        watch.Dispose();

        await watch.RefreshAsync();
    }

    // After its refresh a watch is idle, so its end is immediate.
    private static async Task ReleaseAsync(FileWatch watch)
    {
        await watch.RefreshAsync();
        watch.Dispose();
    }
}
