using Microsoft.Extensions.Logging;
using SecretProviders;
using SecretProviders.InMemory;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds secrets that the host's own code writes to a provider.</summary>
public static class InMemorySecretProvidersBuilderExtensions
{
    /// <summary>Adds a source with secrets that stay as they are set here.</summary>
    /// <param name="builder">The provider's builder.</param>
    /// <param name="name">The name by which routes refer to the source; unique.</param>
    /// <param name="configure">Writes the secrets.</param>
    public static ISecretProvidersBuilder AddInMemory(this ISecretProvidersBuilder builder, string name, Action<InMemorySecretSource> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddSource(name, services =>
        {
            var source = new InMemorySecretSource(name, services.GetService<TimeProvider>(), services.GetService<ILogger<InMemorySecretSource>>());
            configure(source);
            return source;
        });
    }

    /// <summary>Adds a source that the host keeps, to write to it while the provider runs. The provider disposes it.</summary>
    /// <param name="builder">The provider's builder.</param>
    /// <param name="name">The name by which routes refer to the source; unique, and the source's own.</param>
    /// <param name="source">The source.</param>
    /// <exception cref="ArgumentException">The source has another name.</exception>
    public static ISecretProvidersBuilder AddInMemory(this ISecretProvidersBuilder builder, string name, InMemorySecretSource source)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(source);
        return source.Name == name
            ? builder.AddSource(name, _ => source)
            : throw new ArgumentException($"The source is named '{source.Name}' and is added as '{name}': give both the same name, it is what logs show.", nameof(name));
    }
}
