using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SecretProviders;
using SecretProviders.Sds;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the secrets of another SDS server to a provider.</summary>
public static class SdsSecretProvidersBuilderExtensions
{
    /// <summary>Adds a source that takes secrets from another SDS server: SPIRE, Istio's agent, Kuma, or one of ours.</summary>
    /// <param name="builder">The provider's builder.</param>
    /// <param name="name">The name by which routes refer to the source; unique.</param>
    /// <param name="configure">Sets the options; they are judged when the host starts.</param>
    public static ISecretProvidersBuilder AddSds(this ISecretProvidersBuilder builder, string name, Action<SdsSecretSourceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<SdsSecretSourceOptions>, SdsSecretSourceOptionsValidator>());
        builder.Services.AddOptions<SdsSecretSourceOptions>(name).Configure(configure).ValidateOnStart();
        return builder.AddSource(name, services => new SdsSecretSource(
            name,
            services.GetRequiredService<IOptionsMonitor<SdsSecretSourceOptions>>().Get(name),
            services.GetRequiredService<ISecretProvider>,
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetRequiredService<ILoggerFactory>().CreateLogger<SdsSecretSource>()));
    }
}
