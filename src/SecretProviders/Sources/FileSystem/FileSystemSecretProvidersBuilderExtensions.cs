using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SecretProviders;
using SecretProviders.FileSystem;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds secrets of a folder to a provider.</summary>
public static class FileSystemSecretProvidersBuilderExtensions
{
    /// <summary>Adds a source that serves the secrets in a folder and follows every rotation of them.</summary>
    /// <param name="builder">The provider's builder.</param>
    /// <param name="name">The name by which routes refer to the source; unique.</param>
    /// <param name="configure">Sets the options; they are judged when the host starts.</param>
    public static ISecretProvidersBuilder AddFileSystem(this ISecretProvidersBuilder builder, string name, Action<FileSystemSecretSourceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<FileSystemSecretSourceOptions>, FileSystemSecretSourceOptionsValidator>());
        builder.Services.AddOptions<FileSystemSecretSourceOptions>(name).Configure(configure).ValidateOnStart();
        return builder.AddSource(name, services => new FileSystemSecretSource(
            name,
            services.GetRequiredService<IOptionsMonitor<FileSystemSecretSourceOptions>>().Get(name),
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetRequiredService<ILoggerFactory>().CreateLogger<FileSystemSecretSource>()));
    }
}
