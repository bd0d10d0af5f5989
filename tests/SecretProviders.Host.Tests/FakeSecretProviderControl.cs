using System.Collections.Immutable;
using SecretProviders.Testing;

namespace SecretProviders.Host.Tests;

/// <summary>The control of a fake provider: it explains what the provider holds and remembers what it was told.</summary>
internal sealed class FakeSecretProviderControl(FakeSecretProvider provider) : ISecretProviderControl
{
    public ImmutableArray<string> Names { get; set; } = [];

    public ImmutableArray<SecretRoute> Routes { get; private set; } = [];

    public long Revision { get; private set; }

    /// <summary>Gets or sets the mistakes that every route table has.</summary>
    public string[] RouteMistakes { get; set; } = [];

    /// <summary>Gets or sets what is explained beyond the snapshot.</summary>
    public Func<SecretExplanation, SecretExplanation> Details { get; set; } = static explanation => explanation;

    public SecretExplanation Explain(string name) => Details(new SecretExplanation(provider.Current(name), "**", "The first source has it."));

    public async ValueTask WaitUntilReadyAsync(IEnumerable<string> names, CancellationToken cancellationToken = default)
    {
        foreach (var name in names)
        {
            await provider.GetAsync(name, cancellationToken);
        }
    }

    public ValueTask<bool> WaitAppliedAsync(string name, SecretVersion version, double quorum, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(true);

    public ValueTask RefreshAsync(string source, string? name = null, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public long ReplaceRoutes(IEnumerable<SecretRoute> routes)
    {
        if (RouteMistakes.Length > 0)
        {
            throw new SecretConfigurationException(RouteMistakes);
        }

        Routes = [.. routes];
        return ++Revision;
    }
}
