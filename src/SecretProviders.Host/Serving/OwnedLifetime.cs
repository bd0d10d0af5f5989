using Microsoft.Extensions.Hosting;

namespace SecretProviders.Host.Serving;

/// <summary>Leaves signals to the command that owns the application, since two applications share one process.</summary>
internal sealed class OwnedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
