using System.Collections.Immutable;

namespace SecretProviders.Host.Admin;

/// <summary>Judges whether the server is ready: every name that a route gives in full has a secret to serve.</summary>
/// <param name="provider">The provider.</param>
/// <param name="names">The names that must be there.</param>
internal sealed class Readiness(ISecretProvider provider, ImmutableArray<string> names)
{
    private volatile bool _isDraining;

    // An ImmutableArray is one reference wide: the assignment is atomic, and a request may see the old set once.
    private ImmutableArray<string> _names = names;

    /// <summary>Gets the names that must be there.</summary>
    public ImmutableArray<string> Names => _names;

    /// <summary>Replaces the names, after a reload.</summary>
    public void Replace(ImmutableArray<string> names) => _names = names;

    /// <summary>Makes the server unready for good: it takes no new clients.</summary>
    public void Drain() => _isDraining = true;

    /// <summary>Lists why the server is not ready, one line each; empty when it is.</summary>
    public ImmutableArray<string> Obstacles()
    {
        var obstacles = _names.Select(provider.Current)
            .Where(static snapshot => snapshot.Status is not (SecretStatus.Available or SecretStatus.Stale))
            .Select(static snapshot => snapshot.Problem is { } problem ? $"{snapshot.Name}: {snapshot.Status} ({problem})" : $"{snapshot.Name}: {snapshot.Status}");
        return _isDraining ? ["draining", .. obstacles] : [.. obstacles];
    }
}
