namespace SecretProviders.Testing.Tests;

public sealed class ScriptedSecretSourceTests : IAsyncDisposable
{
    private static readonly GenericSecret One = Generic(1);
    private static readonly GenericSecret Two = Generic(2);
    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedSecretSource _source;

    public ScriptedSecretSourceTests() => _source = new ScriptedSecretSource("script", _clock);

    [Fact]
    public async Task A_key_without_a_script_is_not_found()
    {
        Assert.IsType<SecretState.NotFound>(await _source.ReadAsync("nothing"));
    }

    [Fact]
    public async Task A_find_names_the_source_and_the_key()
    {
        _source.Found("a", One);

        var found = Assert.IsType<SecretState.Found>(await _source.ReadAsync("a"));

        Assert.Equal("script:a", found.Origin?.ToString());
    }

    [Fact]
    public async Task An_equal_state_is_not_repeated()
    {
        await using var reader = _source.Open("a");
        _source.Found("a", One);
        await reader.NextAsync();

        _source.Found("a", Generic(1));
        _source.Found("a", Two);

        Assert.Equal(Two, Assert.IsType<SecretState.Found>(await reader.NextAsync()).Secret);
    }

    [Fact]
    public async Task Not_found_after_a_find_is_a_removal_with_its_time_and_last_good()
    {
        _source.Found("a", One);
        _source.NotFound("a");

        var removed = Assert.IsType<SecretState.Removed>(await _source.ReadAsync("a"));

        Assert.Equal((RemovalReason.Deleted, One, _clock.GetUtcNow()), (removed.Reason, removed.LastGood?.Secret, removed.DeletedAt));
    }

    [Theory]
    [InlineData(RemovalReason.Redacted)]
    [InlineData(RemovalReason.Revoked)]
    public async Task What_is_no_longer_to_be_shown_is_no_last_good(RemovalReason reason)
    {
        _source.Found("a", One);
        _source.Removed("a", reason);

        Assert.Null((await _source.ReadAsync("a")).LastGood);
    }

    [Fact]
    public async Task An_outage_carries_the_last_good_to_late_watchers_too()
    {
        _source.Found("a", One);
        _source.UnavailableAll();

        var state = Assert.IsType<SecretState.Unavailable>(await _source.ReadAsync("a"));

        Assert.Equal(One, state.LastGood?.Secret);
    }

    [Fact]
    public async Task A_deletion_is_remembered_through_an_outage_and_forgotten_with_the_next_find()
    {
        _source.Found("a", One);
        _source.Removed("a");
        var deletedAt = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromHours(1));

        _source.Denied("a");
        Assert.Equal(deletedAt, (await _source.ReadAsync("a")).DeletedAt);

        _source.Found("a", Two);
        Assert.Null((await _source.ReadAsync("a")).DeletedAt);
    }

    [Fact]
    public async Task One_reference_may_have_a_state_of_its_own()
    {
        var versioned = new SecretReference("a") { Version = "1" };
        _source.Found("a", Two);
        _source.Set(versioned, new SecretState.Found(One));

        await using var reader = _source.Open(versioned);

        Assert.Equal(One, (await reader.NextAsync()).LastGood?.Secret);
        Assert.Equal(Two, (await _source.ReadAsync("a")).LastGood?.Secret);
    }

    [Fact]
    public async Task A_scripted_defect_is_thrown_until_the_next_script()
    {
        _source.Throw("a", new InvalidOperationException("scripted"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _source.ReadAsync("a"));

        _source.Invalid("a");

        Assert.IsType<SecretState.Invalid>(await _source.ReadAsync("a"));
    }

    [Fact]
    public async Task A_silent_key_answers_with_the_next_script()
    {
        _source.Silent("a");
        await using var reader = _source.Open("a");
        Assert.False(reader.HasNews);

        _source.Found("a", One);

        Assert.Equal(One, (await reader.NextAsync()).LastGood?.Secret);
    }

    [Fact]
    public async Task Watches_and_live_watchers_are_counted()
    {
        var first = _source.Open("a");
        await using var second = _source.Open("a", SecretKind.Generic);
        await first.NextAsync();
        await second.NextAsync();
        await _source.WhenWatchedAsync("a", 2);

        await first.DisposeAsync();

        Assert.Equal((2, 1, 1), (_source.Watches("a"), _source.LiveWatchers("a"), _source.LiveWatchers(new SecretReference("a") { Kind = SecretKind.Generic })));
    }

    [Fact]
    public async Task The_release_of_a_key_can_be_awaited()
    {
        var reader = _source.Open("a");
        await reader.NextAsync();
        var released = _source.WhenReleasedAsync("a");
        Assert.False(released.IsCompleted);

        await reader.DisposeAsync();

        await released;
    }

    [Fact]
    public async Task Refreshes_are_recorded()
    {
        var refreshed = _source.WhenRefreshedAsync(2);

        await _source.RefreshAsync();
        await _source.RefreshAsync(new SecretReference("a"));
        await refreshed;

        Assert.Equal([null, new SecretReference("a")], _source.Refreshes);
    }

    [Fact]
    public async Task Disposal_completes_the_watches()
    {
        await using var reader = _source.Open("a");
        await reader.NextAsync();

        await _source.DisposeAsync();

        Assert.Null(await reader.TryNextAsync());
        Assert.True(_source.IsDisposed);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static GenericSecret Generic(byte value) => new(SensitiveBytes.Copy([value]));
}
