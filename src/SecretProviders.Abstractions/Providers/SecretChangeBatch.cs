using System.Collections.Immutable;

namespace SecretProviders;

/// <summary>The latest snapshots of the names that changed since the reader's last turn, trust before leaves.</summary>
/// <param name="Revision">The provider's latest batch that is included.</param>
/// <param name="Changes">The snapshots, each name once.</param>
public sealed record SecretChangeBatch(long Revision, ImmutableArray<SecretSnapshot> Changes);
