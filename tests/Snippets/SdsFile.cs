namespace Snippets;

internal static class SdsFile
{
    public static void Run(IServiceCollection services)
    {
        services.AddSecretProviders(builder => builder
            .AddSdsFile("envoy", options => options.Path = "/etc/envoy/sds.yaml")
            .Route("**", "envoy"));
    }
}
