using SecretProviders;

namespace Snippets;

/// <summary>The source that the README's harness tests.</summary>
internal sealed class MySecretSource(string name, MySecretSourceOptions options, TimeProvider time, ILoggerFactory logs)
    : PollingSecretSource(name, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), time, logs.CreateLogger<MySecretSource>())
{
    protected override ValueTask<SecretState> FetchAsync(SecretReference reference, SecretState? previous, CancellationToken cancellationToken) =>
        throw new SecretSourceException(SecretErrorCode.Unreachable, $"Nothing listens at {options.Address}.");
}
