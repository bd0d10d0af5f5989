namespace Snippets;

internal static class DevelopmentCa
{
    public static void Run(IServiceCollection services)
    {
        services.AddSecretProviders(builder => builder
            .AddDevelopmentCa("dev", options => options.RotateEvery = TimeSpan.FromSeconds(10))
            .Route("**", "dev"));
    }
}
