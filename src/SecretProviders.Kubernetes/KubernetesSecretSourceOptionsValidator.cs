using Microsoft.Extensions.Options;

namespace SecretProviders.Kubernetes;

/// <summary>Names every mistake at once, at start.</summary>
internal sealed class KubernetesSecretSourceOptionsValidator : IValidateOptions<KubernetesSecretSourceOptions>
{
    private const int LongestNamespace = 63;
    private static readonly TimeSpan ShortestRecheck = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRecheck = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, KubernetesSecretSourceOptions options)
    {
        var failures = new List<string>();
        failures.AddRange(options.Namespaces.Where(static place => place != KubernetesSecretSourceOptions.AllNamespaces && !IsNamespace(place))
            .Select(place => $"Source '{name}': {nameof(options.Namespaces)} has '{place}', which is no namespace; write small letters, digits and dashes, or '{KubernetesSecretSourceOptions.AllNamespaces}' for all."));
        if (options.Recheck < ShortestRecheck || options.Recheck > LongestRecheck)
        {
            failures.Add($"Source '{name}': {nameof(options.Recheck)} must be from {ShortestRecheck} to {LongestRecheck}, but is {options.Recheck}.");
        }

        if (options.Timeout <= TimeSpan.Zero || options.Timeout > LongestTimeout)
        {
            failures.Add($"Source '{name}': {nameof(options.Timeout)} must be above zero and at most {LongestTimeout}, but is {options.Timeout}.");
        }

        if (!Enum.IsDefined(options.Watch))
        {
            failures.Add($"Source '{name}': {nameof(options.Watch)} must be one of {string.Join(", ", Enum.GetNames<KubernetesWatchMode>())}, but is {options.Watch}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static bool IsNamespace(string? place) =>
        place is { Length: > 0 and <= LongestNamespace } && place[0] != '-' && place[^1] != '-'
        && place.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');
}
