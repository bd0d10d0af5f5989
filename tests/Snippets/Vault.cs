using SecretProviders;
using SecretProviders.Vault;

namespace Snippets;

internal static class Vault
{
    public static void Run(IServiceCollection services)
    {
        services.AddSecretProviders(builder => builder
            .AddVault("vault", options =>
            {
                options.Addresses.Add("https://vault.example:8200");
                options.Auth.Kubernetes = new VaultKubernetesOptions { Role = "edge" };
            })
            .Route(new SecretRoute("web", [new RouteReference("vault") { Key = "secret/data/web" }])));
    }
}
