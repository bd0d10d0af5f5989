using SecretProviders.FileSystem;
using SecretProviders.Testing;
using SecretProviders.Tests.Watching;

namespace SecretProviders.Tests.FileSystem;

/// <summary>The poll alone, as on a network file system: nothing is announced.</summary>
public sealed class FileSystemPollTests : IAsyncDisposable
{
    private const int FilesRead = 2000;
    private static readonly TimeSpan Poll = TimeSpan.FromMinutes(1);
    private readonly ManualTimeProvider _clock = new();
    private readonly FileSystemTestBed _bed = new();
    private readonly FileSystemSecretSource _source;

    public FileSystemPollTests()
    {
        _bed.Folder.CreateFolder("certs");
        _source = new FileSystemSecretSource(
            "files",
            new FileSystemSecretSourceOptions { Path = _bed.Folder["certs"], Poll = Poll, Timeout = TimeSpan.FromDays(1) },
            _clock,
            _bed.Log.CreateLogger("files"),
            new DeafNotifier());
    }

    [Fact]
    public async Task Change_is_found_by_looking()
    {
        var (first, second) = (_bed.Issue("first.example"), _bed.Issue("second.example"));
        _bed.WriteFolder("certs/server", first);
        await using var reader = _source.Open("server");
        await reader.WaitForAsync<SecretState.Found>(found => found.Secret.Equals(first.Secret));

        _bed.WriteFolder("certs/server", second);
        _clock.Advance(Poll);

        await reader.WaitForAsync<SecretState.Found>(found => found.Secret.Equals(second.Secret));
    }

    [Fact]
    public async Task Unchanged_files_are_looked_at_and_not_read_again()
    {
        _bed.WriteFolder("certs/server", _bed.Issue());
        _bed.WriteFolder("certs/witness", _bed.Issue());
        await using var reader = _source.Open("server");
        await using var witness = _source.Open("witness");
        await reader.WaitForAsync<SecretState.Found>();
        await witness.WaitForAsync<SecretState.Found>();
        await _source.RefreshAsync();
        var reads = _bed.Log.EventIds.Count(static id => id == FilesRead);

        for (var poll = 0; poll < 5; poll++)
        {
            var renewed = _bed.Issue();
            _bed.WriteFolder("certs/witness", renewed);
            _clock.Advance(Poll);
            await witness.WaitForAsync<SecretState.Found>(found => found.Secret.Equals(renewed.Secret));
        }

        await _bed.Log.WaitForAsync(FilesRead, reads + 5);
        Assert.Equal(reads + 5, _bed.Log.EventIds.Count(static id => id == FilesRead));
    }

    [Fact]
    public async Task Refresh_reads_at_once()
    {
        await using var reader = _source.Open("server");
        await reader.WaitForAsync<SecretState.NotFound>();
        var pair = _bed.Issue();
        _bed.WriteFolder("certs/server", pair);

        await _source.RefreshAsync(new SecretReference("server"));

        Assert.True(reader.HasNews);
        Assert.Equal(pair.Secret, Assert.IsType<SecretState.Found>(await reader.NextAsync()).Secret);
    }

    [Fact]
    public async Task Refresh_of_what_nobody_watches_does_nothing() => await _source.RefreshAsync(new SecretReference("server"));

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _bed.DisposeAsync();
    }
}
