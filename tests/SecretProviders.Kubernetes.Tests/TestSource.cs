using Microsoft.Extensions.Logging;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Configuration;

namespace SecretProviders.Kubernetes.Tests;

/// <summary>Makes sources as the builder does, on a test's own clock and log.</summary>
internal static class TestSource
{
    public static KubernetesSecretSource Create(KubernetesSecretSourceOptions options, TimeProvider timeProvider, ILoggerFactory logs)
    {
        var access = new ClusterAccessFinder(AccessEnvironment.Process, timeProvider).Find(options.Kubeconfig, options.Context);
        return new KubernetesSecretSource(
            "k8s", options, new KubernetesClient(access, options.Timeout, timeProvider), access.Namespace, timeProvider, logs.CreateLogger("k8s"));
    }
}
