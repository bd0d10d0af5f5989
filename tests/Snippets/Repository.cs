namespace Snippets;

internal static class Repository
{
    public static void Run(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel
            .UseSecretDiscoveryLimits()
            .ListenSecretDiscovery("/run/my-app/sds.sock"));
        builder.Services.AddSecretProviders(secrets => secrets
            .AddFileSystem("files", files => files.Path = "/etc/my-app/certs")
            .Route("**", "files"));
        var app = builder.Build();
        app.MapSecretDiscovery();
        app.Run();
    }
}
