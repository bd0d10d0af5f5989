using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SecretProviders;
using SecretProviders.Vault;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds secrets of HashiCorp Vault or OpenBao to a provider.</summary>
public static class VaultSecretProvidersBuilderExtensions
{
    /// <summary>Adds a source that serves secrets of Vault or OpenBao and keeps itself logged in.</summary>
    /// <param name="builder">The provider's builder.</param>
    /// <param name="name">The name by which routes refer to the source; unique.</param>
    /// <param name="configure">Sets the options; they are judged when the host starts.</param>
    public static ISecretProvidersBuilder AddVault(this ISecretProvidersBuilder builder, string name, Action<VaultSecretSourceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<VaultSecretSourceOptions>, VaultSecretSourceOptionsValidator>());
        builder.Services.AddOptions<VaultSecretSourceOptions>(name).Configure(configure).ValidateOnStart();
        return builder.AddSource(name, services => new VaultSecretSource(
            name,
            services.GetRequiredService<IOptionsMonitor<VaultSecretSourceOptions>>().Get(name),
            services.GetRequiredService<ISecretProvider>,
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetRequiredService<ILoggerFactory>().CreateLogger<VaultSecretSource>()));
    }
}
