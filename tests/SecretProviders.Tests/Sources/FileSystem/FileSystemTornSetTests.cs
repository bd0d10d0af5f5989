using SecretProviders.Testing;

namespace SecretProviders.Tests.FileSystem;

/// <summary>Files that are exchanged one by one. The clock stands still, so nothing is at rest before the test says so.</summary>
public sealed class FileSystemTornSetTests : IAsyncDisposable
{
    private static readonly TimeSpan LongEnoughToRest = TimeSpan.FromMilliseconds(500);

    // The poll always waits; a second timer is that of the rest.
    private const int RestTimer = 2;

    private readonly ManualTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly FileSystemTestBed _bed;
    private readonly TestCertificate _first;
    private readonly TestCertificate _second;

    public FileSystemTornSetTests()
    {
        _bed = new FileSystemTestBed(_clock) { Options = { Timeout = TimeSpan.FromDays(1) } };
        _first = _bed.Issue("first.example");
        _second = _bed.Issue("second.example");
    }

    [Fact]
    public async Task Two_files_renamed_one_after_the_other_are_published_together_and_at_once()
    {
        await using var reader = await OpenFirstAsync();

        _bed.Folder.WriteOver("certs/server/tls.crt", _second.CertificatePem);
        _bed.Folder.WriteOver("certs/server/tls.key", _second.PrivateKeyPem);

        Assert.Equal(_second.Secret, Assert.IsType<SecretState.Found>(await reader.NextAsync()).Secret);
    }

    [Fact]
    public async Task Two_files_written_in_place_are_published_together_when_they_rest()
    {
        await using var reader = await OpenFirstAsync();

        _bed.WriteFolder("certs/server", _second);

        Assert.Equal(_second.Secret, Assert.IsType<SecretState.Found>(await NextAtRestAsync(reader)).Secret);
    }

    [Fact]
    public async Task Torn_set_is_not_even_called_invalid_while_it_moves()
    {
        await using var reader = await OpenFirstAsync();

        _bed.Folder.WriteOver("certs/server/tls.crt", _second.CertificatePem);
        await _clock.WaitForTimersAsync(RestTimer);

        Assert.False(reader.HasNews);
    }

    [Fact]
    public async Task Torn_set_that_rests_is_invalid_with_the_last_good_one()
    {
        await using var reader = await OpenFirstAsync();

        _bed.Folder.WriteOver("certs/server/tls.crt", _second.CertificatePem);

        var invalid = Assert.IsType<SecretState.Invalid>(await NextAtRestAsync(reader));
        Assert.Equal(SecretProblemCode.KeyMismatch, invalid.Problem.Code);
        Assert.Equal(_first.Secret, invalid.LastGood?.Secret);
    }

    [Fact]
    public async Task Torn_set_at_the_start_is_held_back_too()
    {
        _bed.WriteFolder("certs/server", _first.WithKeyOf(_second));
        await using var reader = _bed.Open("server");
        var next = reader.NextAsync();
        await _clock.WaitForTimersAsync(RestTimer);
        _bed.Folder.WriteOver("certs/server/tls.key", _first.PrivateKeyPem);

        Assert.Equal(_first.Secret, Assert.IsType<SecretState.Found>(await next).Secret);
    }

    [Fact]
    public async Task Folder_exchanged_by_two_renames_is_never_gone()
    {
        _bed.WriteFolder("new/server", _second);
        await using var reader = await OpenFirstAsync();

        _bed.Folder.Move("certs", "old");
        _bed.Folder.Move("new", "certs");

        Assert.Equal(_second.Secret, Assert.IsType<SecretState.Found>(await reader.NextAsync()).Secret);
    }

    [Fact]
    public async Task Files_deleted_and_written_anew_are_never_gone()
    {
        await using var reader = await OpenFirstAsync();

        _bed.Folder.Delete("certs/server");
        _bed.WriteFolder("certs/server", _second);

        Assert.Equal(_second.Secret, Assert.IsType<SecretState.Found>(await NextAtRestAsync(reader)).Secret);
    }

    [Fact]
    public async Task Files_that_stay_deleted_are_removed()
    {
        await using var reader = await OpenFirstAsync();

        _bed.Folder.Delete("certs/server");

        Assert.IsType<SecretState.Removed>(await NextAtRestAsync(reader));
    }

    [Fact]
    public async Task Refresh_does_not_wait_for_rest()
    {
        await using var reader = await OpenFirstAsync();
        _bed.Folder.WriteOver("certs/server/tls.crt", _second.CertificatePem);

        await _bed.Source.RefreshAsync(new SecretReference("server"));

        Assert.IsType<SecretState.Invalid>(await reader.NextAsync());
    }

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    private async Task<SecretStateReader> OpenFirstAsync()
    {
        _bed.WriteFolder("certs/server", _first);
        var reader = _bed.Open("server");
        Assert.Equal(_first.Secret, Assert.IsType<SecretState.Found>(await reader.NextAsync()).Secret);
        return reader;
    }

    private async Task<SecretState> NextAtRestAsync(SecretStateReader reader)
    {
        var next = reader.NextAsync();
        while (!next.IsCompleted)
        {
            await Task.WhenAny(next, _clock.WaitForTimersAsync(RestTimer));
            _clock.Advance(LongEnoughToRest);
        }

        return await next;
    }
}
