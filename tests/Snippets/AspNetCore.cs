namespace Snippets;

internal static class AspNetCore
{
    public static void Run(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel
            .UseSecretDiscoveryLimits()                                  // many, long and silent streams
            .ListenSecretDiscovery("/run/myapp/sds.sock"));              // mode 0600; a stale socket is replaced safely
        builder.Services.AddSecretProviders(secrets => secrets
            .AddFileSystem("files", files => files.Path = "/etc/certs")
            .Route("**", "files"));

        var app = builder.Build();
        app.MapSecretDiscovery();                                        // StreamSecrets, DeltaSecrets, FetchSecrets
        app.Run();
    }
}
