using System.Collections.Immutable;

namespace SecretProviders;

/// <summary>
/// A source that reads its own credentials from the provider it belongs to. An aggregate refuses, at its start and at
/// every change of routes, a credential that no route takes or whose routes lead back to the source that needs it.
/// </summary>
public interface ICredentialedSecretSource : ISecretSource
{
    /// <summary>Gets the names it reads; the same for as long as it lives.</summary>
    ImmutableArray<string> CredentialSecrets { get; }
}
