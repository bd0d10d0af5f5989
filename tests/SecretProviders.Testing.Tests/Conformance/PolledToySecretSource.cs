using Microsoft.Extensions.Logging;

namespace SecretProviders.Testing.Tests.Conformance;

/// <summary>The smallest source that polls.</summary>
internal sealed class PolledToySecretSource(ToyStore store, TimeProvider timeProvider, ILoggerFactory logs)
    : PollingSecretSource("polled", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), timeProvider, logs.CreateLogger("polled"))
{
    protected override async ValueTask<SecretState> FetchAsync(SecretReference reference, SecretState? previous, CancellationToken cancellationToken) =>
        await store.ReadAsync(reference).WaitAsync(cancellationToken);
}
