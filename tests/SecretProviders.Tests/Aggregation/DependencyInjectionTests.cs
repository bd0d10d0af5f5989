using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SecretProviders.Testing;

namespace SecretProviders.Tests.Aggregation;

public sealed class DependencyInjectionTests
{
    [Fact]
    public async Task The_provider_is_one_object_under_all_its_faces_and_owns_its_sources()
    {
        var source = new ScriptedSecretSource();
        var services = new ServiceCollection();
        services.AddSecretProviders(builder => builder.AddSource("one", _ => source).Route("**", "one"));
        await using (var container = services.BuildServiceProvider())
        {
            Assert.Same(container.GetRequiredService<ISecretProvider>(), container.GetRequiredService<ISecretProviderControl>());
            Assert.Equal(SecretStatus.Pending, container.GetRequiredService<ISecretProvider>().Current("a").Status);
        }

        Assert.True(source.IsDisposed);
    }

    [Fact]
    public void Two_sources_of_one_name_are_a_mistake()
    {
        var error = Assert.Throws<SecretConfigurationException>(() => new ServiceCollection().AddSecretProviders(static builder =>
            builder.AddSource("one", static _ => new ScriptedSecretSource()).AddSource("one", static _ => new ScriptedSecretSource())));

        Assert.Contains("two sources named 'one'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_aggregate_inside_itself_is_a_mistake()
    {
        var services = new ServiceCollection();
        services.AddSecretProviders(static builder =>
            builder.AddSource("self", static container => container.GetRequiredService<AggregateProvider>()).Route("**", "self"));
        await using var container = services.BuildServiceProvider();

        var error = Assert.Throws<SecretConfigurationException>(container.GetRequiredService<AggregateProvider>);

        Assert.Contains("one of its own sources", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_cannot_be_made_is_named()
    {
        var services = new ServiceCollection();
        services.AddSecretProviders(static builder => builder.AddSource("one", static _ => throw new SecretConfigurationException("There is no store.", "There is no key.")));
        await using var container = services.BuildServiceProvider();

        var error = Assert.Throws<SecretConfigurationException>(container.GetRequiredService<AggregateProvider>);

        Assert.Equal(["Source 'one': There is no store.", "Source 'one': There is no key."], error.Errors);
    }

    [Fact]
    public async Task Stopping_the_host_ends_the_watches()
    {
        var source = new ScriptedSecretSource();
        var services = new ServiceCollection();
        services.AddSecretProviders(builder => builder.AddSource("one", _ => source).Route("**", "one"));
        await using var container = services.BuildServiceProvider();
        var hosted = container.GetRequiredService<IHostedService>();
        await hosted.StartAsync(CancellationToken.None);
        source.Found("a", AggregateFixture.Text("x"));
        await container.GetRequiredService<ISecretProvider>().GetAsync("a");

        await hosted.StopAsync(CancellationToken.None);

        Assert.Equal(0, source.LiveWatchers("a"));
    }
}
