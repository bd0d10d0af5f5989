using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SecretProviders;
using SecretProviders.SdsFile;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the secrets of one of Envoy's SDS resource files to a provider.</summary>
public static class SdsFileSecretProvidersBuilderExtensions
{
    /// <summary>Adds a source that reads one of Envoy's SDS resource files, and the files that it names, and follows every change of them.</summary>
    /// <param name="builder">The provider's builder.</param>
    /// <param name="name">The name by which routes refer to the source; unique.</param>
    /// <param name="configure">Sets the options; they are judged when the host starts.</param>
    public static ISecretProvidersBuilder AddSdsFile(this ISecretProvidersBuilder builder, string name, Action<SdsFileSecretSourceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<SdsFileSecretSourceOptions>, SdsFileSecretSourceOptionsValidator>());
        builder.Services.AddOptions<SdsFileSecretSourceOptions>(name).Configure(configure).ValidateOnStart();
        return builder.AddSource(name, services => new SdsFileSecretSource(
            name,
            services.GetRequiredService<IOptionsMonitor<SdsFileSecretSourceOptions>>().Get(name),
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetRequiredService<ILoggerFactory>().CreateLogger<SdsFileSecretSource>()));
    }
}
