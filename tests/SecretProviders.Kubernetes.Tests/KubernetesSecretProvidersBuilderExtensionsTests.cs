using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SecretProviders.Kubernetes.Tests.Configuration;

namespace SecretProviders.Kubernetes.Tests;

public sealed class KubernetesSecretProvidersBuilderExtensionsTests : IDisposable
{
    private readonly KubeconfigFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Two_sources_have_settings_of_their_own()
    {
        var kubeconfig = _files.Write("config", KubeconfigFiles.Minimal);
        await using var services = Build(builder => builder
            .AddKubernetes("one", options => (options.Kubeconfig, options.LabelSelector) = (kubeconfig, "a=1"))
            .AddKubernetes("two", options => (options.Kubeconfig, options.LabelSelector) = (kubeconfig, "a=2"))
            .Route("**", "one", "two"));

        Assert.NotNull(services.GetRequiredService<ISecretProvider>());
        var options = services.GetRequiredService<IOptionsMonitor<KubernetesSecretSourceOptions>>();
        Assert.Equal(("a=1", "a=2"), (options.Get("one").LabelSelector, options.Get("two").LabelSelector));
    }

    [Fact]
    public async Task Unsound_settings_are_told_when_the_provider_is_made()
    {
        await using var services = Build(static builder => builder.AddKubernetes("k8s", static options => options.Recheck = TimeSpan.Zero).Route("**", "k8s"));

        Assert.Throws<OptionsValidationException>(services.GetRequiredService<ISecretProvider>);
    }

    [Fact]
    public async Task Kubeconfig_that_is_not_there_is_told_when_the_provider_is_made()
    {
        await using var services = Build(static builder => builder.AddKubernetes("k8s", static options => options.Kubeconfig = "/nowhere/config").Route("**", "k8s"));

        var exception = Assert.Throws<SecretConfigurationException>(services.GetRequiredService<ISecretProvider>);

        Assert.Contains("/nowhere/config", exception.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Build(Action<ISecretProvidersBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSecretProviders(configure);
        return services.BuildServiceProvider();
    }
}
