using Microsoft.Extensions.Hosting;

namespace SecretProviders.DependencyInjection;

/// <summary>Makes the provider when the host starts and ends its watches when the host stops.</summary>
internal sealed class SecretProvidersHostedService(AggregateProvider provider) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken) => await provider.DisposeAsync().ConfigureAwait(false);
}
