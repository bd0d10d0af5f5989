using System.Collections.Immutable;

namespace SecretProviders;

/// <summary>What the provider says about one name at one moment. Immutable; replaced as a whole, never changed.</summary>
/// <param name="Name">The secret's name.</param>
/// <param name="Status">What is known about it.</param>
public sealed record SecretSnapshot(string Name, SecretStatus Status)
{
    /// <summary>Gets the secret; not null exactly when the status is Available or Stale.</summary>
    public Secret? Secret { get; init; }

    /// <summary>Gets the secret's kind, or null while none is known.</summary>
    public SecretKind? Kind { get; init; }

    /// <summary>Gets the content id of the secret; the default value when there is none.</summary>
    public SecretVersion Version { get; init; }

    /// <summary>Gets where the secret came from: one origin, or one per member of a union.</summary>
    public ImmutableArray<SecretOrigin> Origins { get; init; } = [];

    /// <summary>Gets what is wrong, or null.</summary>
    public SecretProblem? Problem { get; init; }

    /// <summary>Gets a value indicating whether a member of a union is missing.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Gets the number of the provider's batch that published this snapshot.</summary>
    public long Revision { get; init; }
}
