using System.Collections.Immutable;
using SecretProviders.Host.Output;

namespace SecretProviders.Host.Admin;

/// <summary>What <c>get</c>, <c>watch</c> and <c>explain</c> ask: a running server, or a provider of their own.</summary>
internal interface ISecretReader : IAsyncDisposable
{
    /// <summary>Gets a name, waiting at most so long while it is Pending.</summary>
    Task<SecretView> GetAsync(string name, bool reveal, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Watches names; with none, those that are known when the watch begins. The result must be read.</summary>
    /// <exception cref="SecretLimitException">They are more than one consumer may hold.</exception>
    IAsyncEnumerable<SecretView> WatchAsync(ImmutableArray<string> names, bool reveal, CancellationToken cancellationToken);

    /// <summary>Explains a name, waiting at most so long while it is Pending.</summary>
    Task<ExplanationView> ExplainAsync(string name, TimeSpan timeout, CancellationToken cancellationToken);
}
