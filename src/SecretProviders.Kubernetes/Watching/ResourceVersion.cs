namespace SecretProviders.Kubernetes.Watching;

/// <summary>
/// Compares versions of the store. They were opaque for long; every server has always used growing numbers, and since
/// Kubernetes 1.35 the API promises it. Pure.
/// </summary>
internal static class ResourceVersion
{
    /// <summary>Says whether one version is certainly older than another; what is no number is never.</summary>
    /// <param name="version">The version.</param>
    /// <param name="than">What it is compared with.</param>
    public static bool IsOlder(string version, string than) =>
        IsNumber(version) && IsNumber(than)
        && (version.Length != than.Length ? version.Length < than.Length : string.CompareOrdinal(version, than) < 0);

    private static bool IsNumber(string text) => text.Length > 0 && text[0] is >= '1' and <= '9' && !text.AsSpan().ContainsAnyExceptInRange('0', '9');
}
