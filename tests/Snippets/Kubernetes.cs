using SecretProviders;

namespace Snippets;

internal static class Kubernetes
{
    public static void Run(IServiceCollection services)
    {
        services.AddSecretProviders(builder => builder
            .AddKubernetes("k8s", options => options.Namespaces.Add("edge"))
            .Route(new SecretRoute("kubernetes://{namespace}/{name}", [new RouteReference("k8s") { Key = "{namespace}/{name}" }])));
    }
}
