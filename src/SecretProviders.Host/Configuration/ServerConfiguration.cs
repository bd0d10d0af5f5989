using System.Collections.Immutable;

namespace SecretProviders.Host.Configuration;

/// <summary>The section <c>server</c>.</summary>
/// <param name="Listeners">Where SDS is served.</param>
/// <param name="Admin">Where operators ask, or null.</param>
/// <param name="Drain">How long open streams may take to end after SIGTERM.</param>
/// <param name="IsWildcard">Whether a first request without names gets every name that a route gives in full.</param>
/// <param name="VersionKey">The key of the versions of ticket keys and generic secrets, or null.</param>
internal sealed record ServerConfiguration(
    ImmutableArray<ListenerConfiguration> Listeners,
    ListenerConfiguration? Admin,
    TimeSpan Drain,
    bool IsWildcard,
    SensitiveBytes? VersionKey);
