using SecretProviders;

namespace Snippets;

internal static class FileSystem
{
    public static void Run(IServiceCollection services)
    {
        services.AddSecretProviders(builder => builder
            .AddFileSystem("files", options => options.Path = "/etc/certs")
            .Route(new SecretRoute("server_cert", [new RouteReference("files") { Key = "server" }])));
    }
}
