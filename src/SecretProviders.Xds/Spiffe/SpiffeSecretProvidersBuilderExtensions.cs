using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SecretProviders;
using SecretProviders.Spiffe;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the SPIFFE Workload API to a provider.</summary>
public static class SpiffeSecretProvidersBuilderExtensions
{
    /// <summary>Adds a source that takes identities and trust from the SPIFFE Workload API, for example of a SPIRE agent.</summary>
    /// <param name="builder">The provider's builder.</param>
    /// <param name="name">The name by which routes refer to the source; unique.</param>
    /// <param name="configure">Sets the options, or null for the defaults; they are judged when the host starts.</param>
    public static ISecretProvidersBuilder AddSpiffe(this ISecretProvidersBuilder builder, string name, Action<SpiffeSecretSourceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SpiffeSecretSourceOptions>, SpiffeSecretSourceOptionsValidator>());
        builder.Services.AddOptions<SpiffeSecretSourceOptions>(name)
            .Configure(configure ?? (static _ => { }))
            .PostConfigure(static options => options.Socket ??= Environment.GetEnvironmentVariable(SpiffeSocket.Variable))
            .ValidateOnStart();
        return builder.AddSource(name, services => new SpiffeSecretSource(
            name,
            services.GetRequiredService<IOptionsMonitor<SpiffeSecretSourceOptions>>().Get(name),
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetService<ILogger<SpiffeSecretSource>>() ?? NullLogger<SpiffeSecretSource>.Instance));
    }
}
