using Microsoft.Extensions.Options;

namespace SecretProviders.Spiffe;

/// <summary>Names every mistake at once, at start.</summary>
internal sealed class SpiffeSecretSourceOptionsValidator : IValidateOptions<SpiffeSecretSourceOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SpiffeSecretSourceOptions options)
    {
        var failures = new List<string>();
        if (string.IsNullOrWhiteSpace(options.Socket))
        {
            failures.Add($"Source '{name}': {nameof(options.Socket)} is not set, and neither is the variable {SpiffeSocket.Variable}; write where the Workload API is.");
        }
        else if (!SpiffeSocket.TryParse(options.Socket, out _, out var problem))
        {
            failures.Add($"Source '{name}': {nameof(options.Socket)} (or the variable {SpiffeSocket.Variable}): {problem}.");
        }

        if (options.Timeout <= TimeSpan.Zero || options.Timeout > Longest)
        {
            failures.Add($"Source '{name}': {nameof(options.Timeout)} must be above zero and at most {Longest}, but is {options.Timeout}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
