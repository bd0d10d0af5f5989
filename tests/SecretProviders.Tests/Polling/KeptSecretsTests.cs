using SecretProviders.Polling;
using SecretProviders.Testing;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Polling;

public sealed class KeptSecretsTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly KeptSecrets _kept;

    public KeptSecretsTests() => _kept = new KeptSecrets(_clock);

    [Fact]
    public void Kept_secret_is_taken_once()
    {
        var minted = Minted("one", hours: 1);
        _kept.Keep(A, minted, _clock.GetUtcNow());

        Assert.True(_kept.TryTake(A, out var kept));
        Assert.Same(minted, kept.Found);
        Assert.Equal(_clock.GetUtcNow(), kept.NextRead);
        Assert.False(_kept.TryTake(A, out _));
    }

    [Fact]
    public void Ended_secret_is_dropped()
    {
        _kept.Keep(A, Minted("one", hours: 1), null);
        _kept.Keep(B, Minted("two", hours: 2), null);
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(1, _kept.Count);
        Assert.False(_kept.TryTake(A, out _));
        Assert.True(_kept.TryTake(B, out _));
    }

    [Fact]
    public void Secret_kept_again_lives_by_its_new_end()
    {
        _kept.Keep(A, Minted("one", hours: 1), null);
        Assert.True(_kept.TryTake(A, out _));
        _kept.Keep(A, Minted("two", hours: 3), null);
        _clock.Advance(TimeSpan.FromHours(2));

        Assert.True(_kept.TryTake(A, out var kept));
        Assert.Equal("two", Text(kept.Found));
    }

    [Fact]
    public void Only_what_a_read_created_and_has_an_end_to_come_is_kept()
    {
        _kept.Keep(A, null, null);
        _kept.Keep(A, Found("one") with { Minted = true }, null);
        _kept.Keep(A, Found("one") with { ValidUntil = _clock.GetUtcNow().AddHours(1) }, null);
        _kept.Keep(A, Minted("one", hours: -1), null);

        Assert.Equal(0, _kept.Count);
    }

    [Fact]
    public void Watchers_that_come_and_go_leave_nothing_behind()
    {
        var minted = Minted("one", hours: 8760);
        for (var time = 0; time < 5000; time++)
        {
            _kept.Keep(A, minted, null);
            Assert.True(_kept.TryTake(A, out _));
        }

        _kept.Keep(A, minted, null);

        Assert.InRange(_kept.Ends, 1, 2048);
        _clock.Advance(TimeSpan.FromHours(8760));
        Assert.Equal((0, 0), (_kept.Count, _kept.Ends));
    }

    private SecretState.Found Minted(string value, int hours) => Found(value) with { Minted = true, ValidUntil = _clock.GetUtcNow().AddHours(hours) };
}
