using Microsoft.Extensions.DependencyInjection;
using SecretProviders.AspNetCore;
using SecretProviders.Xds;

namespace SecretProviders.Interop.Tests;

/// <summary>What a test changes of the server. By default every name leads to the source.</summary>
internal sealed class ProtocolSettings
{
    public Action<ISecretProvidersBuilder> Routes { get; init; } = static secrets => secrets.Route("**", "scripted");

    public Action<AggregateProviderOptions> Provider { get; init; } = static _ => { };

    public Action<SecretDiscoveryOptions> Discovery { get; init; } = static _ => { };

    public Action<SecretDiscoveryLimits> Limits { get; init; } = static _ => { };
}
