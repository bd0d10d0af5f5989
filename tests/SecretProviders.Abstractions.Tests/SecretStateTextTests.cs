namespace SecretProviders.Abstractions.Tests;

public sealed class SecretStateTextTests
{
    private static readonly SecretState.Found Found = new(new GenericSecret(SensitiveBytes.Copy([1, 2, 3])));

    [Fact]
    public void A_find_prints_its_secret_redacted_and_itself_once()
    {
        Assert.Equal(
            "Found { LastGood = itself, Secret = GenericSecret (one value, redacted), Trust = , ValidUntil = , Minted = False, Origin =  }",
            Found.ToString());
    }

    [Fact]
    public void A_failure_prints_the_last_good_and_the_time_of_deletion()
    {
        var state = new SecretState.Unavailable("down") { LastGood = Found, DeletedAt = DateTimeOffset.UnixEpoch };

        Assert.StartsWith(
            $"Unavailable {{ LastGood = {Found}, DeletedAt = 1970-01-01T00:00:00.0000000+00:00, Error = down",
            state.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_without_a_last_good_says_so()
    {
        Assert.Equal("NotFound { LastGood = none }", new SecretState.NotFound().ToString());
    }
}
