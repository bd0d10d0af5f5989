using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SecretProviders;
using SecretProviders.DevelopmentCa;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a development CA to a provider.</summary>
public static class DevelopmentCaSecretProvidersBuilderExtensions
{
    /// <summary>
    /// Adds a source that issues a certificate for any name, from an authority that lives in this process only, and
    /// rotates it again and again. For development; its trust is the key <c>ca</c>.
    /// </summary>
    /// <param name="builder">The provider's builder.</param>
    /// <param name="name">The name by which routes refer to the source; unique.</param>
    /// <param name="configure">Sets the options, or null for the defaults; they are judged when the host starts.</param>
    public static ISecretProvidersBuilder AddDevelopmentCa(
        this ISecretProvidersBuilder builder, string name, Action<DevelopmentCaSecretSourceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<DevelopmentCaSecretSourceOptions>, DevelopmentCaSecretSourceOptionsValidator>());
        builder.Services.AddOptions<DevelopmentCaSecretSourceOptions>(name).Configure(configure ?? (static _ => { })).ValidateOnStart();
        return builder.AddSource(name, services => new DevelopmentCaSecretSource(
            name,
            services.GetRequiredService<IOptionsMonitor<DevelopmentCaSecretSourceOptions>>().Get(name),
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetService<ILogger<DevelopmentCaSecretSource>>() ?? Microsoft.Extensions.Logging.Abstractions.NullLogger<DevelopmentCaSecretSource>.Instance));
    }
}
