namespace Snippets;

internal static class Spiffe
{
    public static void Run(IServiceCollection services)
    {
        services.AddSecretProviders(builder => builder
            .AddSpiffe("spire", options => options.Socket = "unix:///run/spire/agent.sock")
            .Route("default", "spire"));
    }
}
