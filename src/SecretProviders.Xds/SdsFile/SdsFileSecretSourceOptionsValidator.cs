using Microsoft.Extensions.Options;

namespace SecretProviders.SdsFile;

/// <summary>Names every mistake at once, at start.</summary>
internal sealed class SdsFileSecretSourceOptionsValidator : IValidateOptions<SdsFileSecretSourceOptions>
{
    private const int LargestMaxBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SdsFileSecretSourceOptions options)
    {
        var failures = new List<string>();
        if (string.IsNullOrWhiteSpace(options.Path) || options.Path.Contains('\0', StringComparison.Ordinal))
        {
            failures.Add($"Source '{name}': {nameof(options.Path)} is empty or no path; name the resource file.");
        }

        if (options.Poll < ShortestPoll || options.Poll > Longest)
        {
            failures.Add($"Source '{name}': {nameof(options.Poll)} must be from {ShortestPoll} to {Longest}, but is {options.Poll}.");
        }

        if (options.Timeout <= TimeSpan.Zero || options.Timeout > Longest)
        {
            failures.Add($"Source '{name}': {nameof(options.Timeout)} must be above zero and at most {Longest}, but is {options.Timeout}.");
        }

        if (options.MaxBytes is <= 0 or > LargestMaxBytes)
        {
            failures.Add($"Source '{name}': {nameof(options.MaxBytes)} must be from 1 to {LargestMaxBytes}, but is {options.MaxBytes}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
