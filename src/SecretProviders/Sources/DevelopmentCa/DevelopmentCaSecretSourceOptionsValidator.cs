using Microsoft.Extensions.Options;

namespace SecretProviders.DevelopmentCa;

/// <summary>Finds every mistake in the options of a development CA.</summary>
internal sealed class DevelopmentCaSecretSourceOptionsValidator : IValidateOptions<DevelopmentCaSecretSourceOptions>
{
    private static readonly TimeSpan ShortestRotation = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(365);

    public ValidateOptionsResult Validate(string? name, DevelopmentCaSecretSourceOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.RotateEvery < ShortestRotation || options.RotateEvery > Day)
        {
            result.AddError($"must be from {ShortestRotation} to {Day}, but is {options.RotateEvery}.", nameof(options.RotateEvery));
        }
        else if (options.Lifetime < 2 * options.RotateEvery)
        {
            result.AddError(
                $"must be at least twice RotateEvery ({options.RotateEvery}), or certificates end before they are replaced, but is {options.Lifetime}.",
                nameof(options.Lifetime));
        }

        if (options.Lifetime > LongestLifetime)
        {
            result.AddError($"must be at most {LongestLifetime}, but is {options.Lifetime}.", nameof(options.Lifetime));
        }

        if (options.MaxNames < 1)
        {
            result.AddError($"must be 1 or more, but is {options.MaxNames}.", nameof(options.MaxNames));
        }

        if (options.Timeout <= TimeSpan.Zero || options.Timeout > Day)
        {
            result.AddError($"must be above zero and at most {Day}, but is {options.Timeout}.", nameof(options.Timeout));
        }

        return result.Build();
    }
}
