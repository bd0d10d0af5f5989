using SecretProviders;
using SecretProviders.InMemory;

namespace Snippets;

internal static class InMemory
{
    public static void Run(IServiceCollection services)
    {
        var memory = new InMemorySecretSource("memory");

        services.AddSecretProviders(builder => builder
            .AddInMemory("memory", memory)
            .Route("session-token", "memory"));

        memory.Set("session-token", new GenericSecret(SensitiveBytes.Copy("s3cret"u8)));   // watchers see it before Set returns
        memory.Remove("session-token");                                                     // Removed(Deleted)
    }
}
