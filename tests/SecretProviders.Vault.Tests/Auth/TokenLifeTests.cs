using SecretProviders.Vault.Auth;

namespace SecretProviders.Vault.Tests.Auth;

public sealed class TokenLifeTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(3600, 3600, true, 0, "Renew", 2400)]
    [InlineData(3600, 3600, true, 1, "Renew", 2040)]
    [InlineData(5, 5, true, 0, "Renew", 3.333)]
    [InlineData(3600, 3600, false, 0, "LogIn", 2400)]
    [InlineData(1800, 3600, true, 0, "Renew", 1200)]
    [InlineData(1799, 3600, true, 0, "LogIn", 1199.333)]
    [InlineData(0.1, 3600, true, 0, "LogIn", 0.5)]
    [InlineData(0, 3600, true, 0, "LogIn", 0.5)]
    public void Step_and_instant_follow_from_the_life(double ttl, double fullTtl, bool renewable, double jitter, string step, double seconds)
    {
        var next = TokenLife.Next(Token(ttl, fullTtl, renewable), jitter);

        Assert.Equal(step, next.Step.ToString());
        Assert.Equal(seconds, (next.At - Start).TotalSeconds, 0.001);
    }

    [Fact]
    public void Token_without_an_end_is_kept() =>
        Assert.Equal((TokenStep.Keep, DateTimeOffset.MaxValue), TokenLife.Next(Token(null, null, renewable: false), 0.5));

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void No_renewal_comes_in_the_first_half_of_a_life_nor_in_its_last_third(double jitter)
    {
        var share = (TokenLife.Next(Token(3600, 3600, renewable: true), jitter).At - Start) / TimeSpan.FromHours(1);

        Assert.InRange(share, 0.5, 0.667);
    }

    [Theory]
    [InlineData(9.999, true)]
    [InlineData(10, false)]
    public void Token_lives_up_to_its_end(double seconds, bool alive) =>
        Assert.Equal(alive, TokenLife.IsAlive(Token(10, 10, renewable: true), Start.AddSeconds(seconds)));

    [Fact]
    public void Token_without_an_end_always_lives() => Assert.True(TokenLife.IsAlive(Token(null, null, renewable: false), DateTimeOffset.MaxValue));

    [Fact]
    public void Renewal_that_gives_no_life_asks_for_another_token()
    {
        var renewed = Token(10, 10, renewable: true).Renewed(Start, TimeSpan.Zero, renewable: true);

        Assert.Equal(TokenStep.LogIn, TokenLife.Next(renewed, 0).Step);
        Assert.False(TokenLife.IsAlive(renewed, Start));
    }

    [Fact]
    public void Token_is_not_printed() => Assert.DoesNotContain("s.marker", Token(10, 10, renewable: true).ToString(), StringComparison.Ordinal);

    private static VaultToken Token(double? ttl, double? fullTtl, bool renewable) => new(SensitiveBytes.Copy("s.marker"u8))
    {
        Since = Start,
        Ttl = ttl is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        FullTtl = fullTtl is { } full ? TimeSpan.FromSeconds(full) : null,
        Renewable = renewable,
    };
}
