namespace SecretProviders.Sds;

/// <summary>
/// Decides which names stay together after a server ended their stream because of one of them, and did not say which
/// (SPIRE does so): those that it has answered for, and the others; else two halves. So a name that nobody may ask for
/// is soon alone, and the others need few streams. Pure.
/// </summary>
internal static class StreamSplit
{
    /// <summary>Returns the names that leave for a stream of their own; none when there is but one.</summary>
    /// <param name="names">The names of the stream.</param>
    /// <param name="answered">Those that a server has answered for, on that stream or the last ones.</param>
    public static IReadOnlyList<string> Leaving(IReadOnlyCollection<string> names, IEnumerable<string> answered)
    {
        if (names.Count < 2)
        {
            return [];
        }

        var unanswered = names.Except(answered, StringComparer.Ordinal).ToArray();
        return unanswered.Length != 0 && unanswered.Length < names.Count
            ? unanswered
            : [.. names.Order(StringComparer.Ordinal).Skip((names.Count + 1) / 2)];
    }
}
