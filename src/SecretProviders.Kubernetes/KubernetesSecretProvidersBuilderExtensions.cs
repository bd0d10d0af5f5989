using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SecretProviders;
using SecretProviders.Kubernetes;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds secrets of a Kubernetes cluster to a provider.</summary>
public static class KubernetesSecretProvidersBuilderExtensions
{
    /// <summary>
    /// Adds a source that serves the Secrets of a cluster, and trust in its ConfigMaps and ClusterTrustBundles, and
    /// follows every change of them by watches. The cluster is found, and a mistake in a kubeconfig thrown as a
    /// <see cref="SecretConfigurationException"/>, when the provider is made.
    /// </summary>
    /// <param name="builder">The provider's builder.</param>
    /// <param name="name">The name by which routes refer to the source; unique.</param>
    /// <param name="configure">Sets the options; they are judged when the host starts.</param>
    public static ISecretProvidersBuilder AddKubernetes(this ISecretProvidersBuilder builder, string name, Action<KubernetesSecretSourceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<KubernetesSecretSourceOptions>, KubernetesSecretSourceOptionsValidator>());
        builder.Services.AddOptions<KubernetesSecretSourceOptions>(name).Configure(configure ?? (static _ => { })).ValidateOnStart();
        return builder.AddSource(name, services =>
        {
            var options = services.GetRequiredService<IOptionsMonitor<KubernetesSecretSourceOptions>>().Get(name);
            var timeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System;
            var access = new ClusterAccessFinder(AccessEnvironment.Process, timeProvider).Find(options.Kubeconfig, options.Context);
            return new KubernetesSecretSource(
                name,
                options,
                new KubernetesClient(access, options.Timeout, timeProvider),
                access.Namespace,
                timeProvider,
                services.GetRequiredService<ILoggerFactory>().CreateLogger<KubernetesSecretSource>());
        });
    }
}
