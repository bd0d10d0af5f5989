using SecretProviders;

namespace Snippets;

internal static class Aggregate
{
    public static async Task RunAsync(IServiceCollection services, ISecretProvider provider, CancellationToken stopping)
    {
        services.AddSecretProviders(secrets => secrets
            .AddFileSystem("files", files => files.Path = "/etc/my-app/certs")
            .AddDevelopmentCa("dev")
            .Route("**", "files", "dev"));

        await foreach (var batch in provider.Subscribe(new SecretConsumer("me"), "server_cert").ReadAllAsync(stopping))
        {
            foreach (var change in batch.Changes)
            {
                // change.Secret is a TlsCertificate, a ValidationContext, SessionTicketKeys or a GenericSecret.
            }
        }
    }
}
