using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SecretProviders.Host.Tests.Configuration;
using SecretProviders.Kubernetes;

namespace SecretProviders.Host.Tests.Sources;

public sealed class KubernetesBindingTests
{
    [Fact]
    public void Every_setting_reaches_the_source()
    {
        var options = Bind(
            "{ type: kubernetes, kubeconfig: /etc/kube/config, context: edge, namespaces: [edge, shared], labelSelector: app=web, "
            + "fieldSelector: type=Opaque, watch: metadataFirst, recheck: 30s, timeout: 2s }");

        Assert.Equal(("/etc/kube/config", "edge", "app=web", "type=Opaque"), (options.Kubeconfig, options.Context, options.LabelSelector, options.FieldSelector));
        Assert.Equal(["edge", "shared"], options.Namespaces);
        Assert.Equal((KubernetesWatchMode.MetadataFirst, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2)), (options.Watch, options.Recheck, options.Timeout));
    }

    [Fact]
    public void Without_settings_the_defaults_hold()
    {
        var options = Bind("{ type: kubernetes }");

        Assert.Equal((null, null, null, new KubernetesSecretSourceOptions().FieldSelector), (options.Kubeconfig, options.Context, options.LabelSelector, options.FieldSelector));
        Assert.Empty(options.Namespaces);
        Assert.Equal((KubernetesWatchMode.Automatic, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5)), (options.Watch, options.Recheck, options.Timeout));
    }

    [Theory]
    [InlineData("{ type: kubernetes, namespace: edge }", "namespace")]
    [InlineData("{ type: kubernetes, namespaces: edge }", "namespaces")]
    [InlineData("{ type: kubernetes, watch: always }", "watch")]
    [InlineData("{ type: kubernetes, recheck: 30 }", "recheck")]
    public void Mistake_is_named_with_its_place(string source, string field) =>
        Assert.StartsWith($"host.yaml:2: sources.k8s.{field}: ", Assert.Single(ConfigurationText.Errors(Text(source))), StringComparison.Ordinal);

    private static string Text(string source) => $"sources:\n  k8s: {source}\nsecrets:\n  - {{ name: default, from: [ {{ source: k8s }} ] }}\n";

    private static KubernetesSecretSourceOptions Bind(string source)
    {
        var services = new ServiceCollection();
        services.AddSecretProviders(builder => Assert.Single(ConfigurationText.Parse(Text(source)).Sources).Add(builder));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<KubernetesSecretSourceOptions>>().Get("k8s");
    }
}
