using System.Collections.Immutable;

namespace SecretProviders.Interop.Tests;

/// <summary>One line that a client printed: a response, or the status that ended a call.</summary>
internal sealed record ClientEvent
{
    public string Event { get; init; } = string.Empty;

    public string Stream { get; init; } = string.Empty;

    public string Nonce { get; init; } = string.Empty;

    public string? Version { get; init; }

    public string? Type { get; init; }

    public ImmutableArray<ClientSecret> Secrets { get; init; } = [];

    public ImmutableArray<string> Removed { get; init; } = [];

    public int? Code { get; init; }

    public string? Details { get; init; }

    /// <summary>Gets the one secret of a response.</summary>
    public ClientSecret Secret => Assert.Single(Secrets);

    /// <summary>Gets the names that a response speaks of.</summary>
    public IEnumerable<string> Names => Secrets.Select(static secret => secret.Name).Concat(Removed);
}
