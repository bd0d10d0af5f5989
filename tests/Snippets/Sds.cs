namespace Snippets;

internal static class Sds
{
    public static void Run(IServiceCollection services)
    {
        services.AddSecretProviders(builder => builder
            .AddSds("upstream", options => options.Addresses.Add("unix:/run/spire/agent.sock"))
            .Route("**", "upstream"));
    }
}
