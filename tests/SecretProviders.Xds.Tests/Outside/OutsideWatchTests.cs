using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Testing;
using SecretProviders.Watching;
using SecretProviders.Xds.Outside;

namespace SecretProviders.Xds.Tests.Outside;

/// <summary>When what a secret refers to is read, and what of it is told; the files answer when the test lets them.</summary>
public sealed class OutsideWatchTests : IDisposable
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);
    private const int PollAndMoment = 2;
    private static readonly SecretState.Found Found = new(new GenericSecret(SensitiveBytes.Copy("1"u8)));
    private static readonly SecretState.Found Other = new(new GenericSecret(SensitiveBytes.Copy("2"u8)));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("outside-");
    private readonly ManualTimeProvider _clock = new();
    private readonly FileWatcher _watcher;
    private readonly OutsideWatch _watch;
    private readonly ConcurrentQueue<SecretState> _told = new();
    private readonly Channel<SecretState> _news = Channel.CreateUnbounded<SecretState>();

    public OutsideWatchTests()
    {
        _watcher = new FileWatcher(_clock, NullLogger.Instance, TimeSpan.FromDays(1));
        _watch = new OutsideWatch(_watcher, Tell, _clock);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _watcher.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task File_that_does_not_answer_holds_up_neither_news_nor_the_end()
    {
        using var file = new SlowFile();
        _watch.Update(["/slow"], () => file.Read(Found));
        await file.IsReadAsync();

        var end = Task.Run(() =>
        {
            _watch.Update(["/slow"], static () => Other);
            _watch.Update(["/other"], static () => Other);
            _watch.Dispose();
        });

        await end.WaitAsync(HangLimit);
    }

    [Theory]
    [InlineData("/slow")]
    [InlineData("/other")]
    public async Task What_was_read_of_the_older_never_follows_the_newer(string path)
    {
        using var file = new SlowFile();
        _watch.Update(["/slow"], () => file.Read(Found));
        await file.IsReadAsync();

        _watch.Update([path], static () => Other);
        file.Answer();
        await _watch.RefreshAsync();
        await file.HasAnsweredAsync();
        await _watch.RefreshAsync();

        Assert.All(_told, static state => Assert.Same(Other, state));
    }

    [Fact]
    public async Task Nothing_is_told_after_the_end()
    {
        using var file = new SlowFile();
        _watch.Update(["/slow"], () => file.Read(Found));
        await file.IsReadAsync();
        var read = _watch.RefreshAsync();

        _watch.Dispose();
        file.Answer();
        await read;

        Assert.Empty(_told);
    }

    [Fact]
    public async Task What_takes_a_find_away_waits_a_moment()
    {
        SecretState state = Found;
        _watch.Update([], () => state);
        Assert.Same(Found, await NextAsync());

        state = new SecretState.NotFound();
        _watch.Update([], () => state);
        await _clock.WaitForTimersAsync(PollAndMoment);
        Assert.Single(_told);
        _clock.Advance(Moment);

        Assert.Same(state, await NextAsync());
    }

    [Fact]
    public async Task Every_loss_has_a_moment_of_its_own_and_only_a_find_can_be_lost()
    {
        SecretState state = Found;
        _watch.Update([], () => state);
        await NextAsync();
        for (var loss = 0; loss < 2; loss++)
        {
            state = new SecretState.NotFound();
            _watch.Update([], () => state);
            await _clock.WaitForTimersAsync(PollAndMoment);
            _clock.Advance(Moment);
            Assert.Same(state, await NextAsync());

            state = new SecretState.Unavailable("no moment for this one");
            _watch.Update([], () => state);
            Assert.Same(state, await NextAsync());

            state = Found;
            _watch.Update([], () => state);
            Assert.Same(Found, await NextAsync());
        }
    }

    [Fact]
    public async Task What_is_sound_again_within_the_moment_was_never_away()
    {
        SecretState state = Found;
        _watch.Update([], () => state);
        await NextAsync();
        _watch.Update([], static () => new SecretState.NotFound());
        await _clock.WaitForTimersAsync(PollAndMoment);

        _watch.Update([], static () => Other);
        Assert.Same(Other, await NextAsync());
        _clock.Advance(Moment);
        await _watch.RefreshAsync();

        Assert.All(_told, static told => Assert.IsType<SecretState.Found>(told));
    }

    [Fact]
    public async Task Whoever_asks_waits_for_no_moment()
    {
        SecretState state = Found;
        _watch.Update([], () => state);
        await NextAsync();

        state = new SecretState.NotFound();
        await _watch.RefreshAsync();

        Assert.Same(state, await NextAsync());
    }

    [Fact]
    public async Task What_was_read_while_a_file_changed_is_read_again()
    {
        var path = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(path, "1");

        _watch.Update([path], ReadAndWrite(path, "longer"));

        Assert.Same(Other, await NextAsync());
    }

    [Fact]
    public async Task Neighbours_in_a_watched_folder_disturb_no_read()
    {
        _watch.Update([_folder.FullName], ReadAndWrite(Path.Combine(_folder.FullName, "neighbour"), "1"));

        Assert.Same(Found, await NextAsync());
    }

    [Fact]
    public async Task Files_that_stay_the_same_are_watched_on()
    {
        _watch.Update(["/a", "/b"], static () => Found);
        await NextAsync();

        _watch.Update(paths: null, static () => Other);

        Assert.Same(Other, await NextAsync());
    }

    // Another writes during the first read.
    private static Func<SecretState> ReadAndWrite(string path, string text)
    {
        var reads = 0;
        return () =>
        {
            if (++reads > 1)
            {
                return Other;
            }

            File.WriteAllText(path, text);
            return Found;
        };
    }

    private void Tell(SecretState state)
    {
        _told.Enqueue(state);
        _news.Writer.TryWrite(state);
    }

    private async Task<SecretState> NextAsync() => await _news.Reader.ReadAsync().AsTask().WaitAsync(HangLimit);

    /// <summary>A file on a server that does not answer until told to.</summary>
    private sealed class SlowFile : IDisposable
    {
        private readonly TaskCompletionSource _isRead = new();
        private readonly TaskCompletionSource _hasAnswered = new();
        private readonly ManualResetEventSlim _answers = new();

        public SecretState Read(SecretState state)
        {
            _isRead.TrySetResult();
            _answers.Wait(HangLimit);
            _hasAnswered.TrySetResult();
            return state;
        }

        public void Answer() => _answers.Set();

        public Task IsReadAsync() => _isRead.Task.WaitAsync(HangLimit);

        public Task HasAnsweredAsync() => _hasAnswered.Task.WaitAsync(HangLimit);

        public void Dispose() => _answers.Set();
    }
}
