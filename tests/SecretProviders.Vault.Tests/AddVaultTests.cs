using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests;

public sealed class AddVaultTests
{
    [Fact]
    public async Task Two_sources_of_different_names_serve_through_one_provider()
    {
        await using var first = await VaultTestbed.StartAsync();
        await using var second = await VaultTestbed.StartAsync(FakeVaultDialect.Vault18);
        first.Put("web", ("value", "first"));
        second.Put("web", ("value", "second"));
        await using var services = Build(builder => Add(Add(builder, "a", first), "b", second));
        var provider = services.GetRequiredService<ISecretProvider>();

        Assert.Equal("first"u8.ToArray(), Value(await provider.GetAsync("a")));
        Assert.Equal("second"u8.ToArray(), Value(await provider.GetAsync("b")));
    }

    [Fact]
    public async Task Mistakes_of_the_options_are_found_at_start()
    {
        var host = new HostBuilder().ConfigureServices(static services =>
            services.AddSecretProviders(static builder => builder.AddVault("vault", static _ => { }).Route(Route("vault")))).Build();

        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
    }

    [Fact]
    public async Task Credential_that_leads_back_to_the_source_is_refused()
    {
        await using var services = Build(static builder => builder
            .AddVault("vault", static options =>
            {
                options.Addresses.Add("https://vault");
                options.Auth.Token = SecretCredential.FromSecret("vault");
            })
            .Route(Route("vault")));

        Assert.Throws<SecretConfigurationException>(services.GetRequiredService<ISecretProvider>);
    }

    private static ISecretProvidersBuilder Add(ISecretProvidersBuilder builder, string name, VaultTestbed bed) => builder
        .AddVault(name, options =>
        {
            options.Addresses.Add(bed.Node.Address);
            options.Auth.Token = bed.File.Holding(FakeVault.RootToken);
        })
        .Route(Route(name));

    private static SecretRoute Route(string source) =>
        new(source, [new RouteReference(source) { Key = "secret/data/web", Property = "value" }]) { Kind = SecretKind.Generic };

    private static ServiceProvider Build(Action<ISecretProvidersBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSecretProviders(configure);
        return services.BuildServiceProvider();
    }

    private static byte[] Value(SecretSnapshot snapshot) => Assert.IsType<GenericSecret>(snapshot.Secret).Value!.Memory.ToArray();
}
