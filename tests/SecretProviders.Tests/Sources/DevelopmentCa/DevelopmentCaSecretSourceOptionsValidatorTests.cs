using SecretProviders.DevelopmentCa;

namespace SecretProviders.Tests.Sources.DevelopmentCa;

public sealed class DevelopmentCaSecretSourceOptionsValidatorTests
{
    [Fact]
    public void Defaults_are_sound() => Assert.Null(Validate(static _ => { }));

    public static TheoryData<string, Action<DevelopmentCaSecretSourceOptions>> Mistakes() => new()
    {
        { "Property RotateEvery: must be from 00:00:01 to 1.00:00:00, but is 00:00:00.5000000.", static options => options.RotateEvery = TimeSpan.FromSeconds(0.5) },
        { "Property RotateEvery: must be from 00:00:01 to 1.00:00:00, but is 2.00:00:00.", static options => options.RotateEvery = TimeSpan.FromDays(2) },
        {
            "Property Lifetime: must be at least twice RotateEvery (00:00:30), or certificates end before they are replaced, but is 00:00:59.",
            static options => options.Lifetime = TimeSpan.FromSeconds(59)
        },
        { "Property Lifetime: must be at most 365.00:00:00, but is 366.00:00:00.", static options => options.Lifetime = TimeSpan.FromDays(366) },
        { "Property MaxNames: must be 1 or more, but is 0.", static options => options.MaxNames = 0 },
        { "Property Timeout: must be above zero and at most 1.00:00:00, but is 00:00:00.", static options => options.Timeout = TimeSpan.Zero },
        { "Property Timeout: must be above zero and at most 1.00:00:00, but is 2.00:00:00.", static options => options.Timeout = TimeSpan.FromDays(2) },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Mistake_is_named_with_its_limit_and_value(string expected, Action<DevelopmentCaSecretSourceOptions> mistake) =>
        Assert.Equal(expected, Validate(mistake));

    [Fact]
    public void All_mistakes_are_found_at_once()
    {
        var failure = Validate(static options => (options.MaxNames, options.Timeout, options.RotateEvery) = (0, TimeSpan.Zero, TimeSpan.Zero));

        Assert.Equal(3, failure?.Split("Property ").Length - 1);
    }

    private static string? Validate(Action<DevelopmentCaSecretSourceOptions> change)
    {
        var options = new DevelopmentCaSecretSourceOptions();
        change(options);
        return new DevelopmentCaSecretSourceOptionsValidator().Validate("dev", options).FailureMessage;
    }
}
