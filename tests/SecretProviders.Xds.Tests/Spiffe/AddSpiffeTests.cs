using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SecretProviders.Spiffe;

namespace SecretProviders.Xds.Tests.Spiffe;

[CollectionDefinition(nameof(AddSpiffeTests), DisableParallelization = true)]
[Collection(nameof(AddSpiffeTests))]
public sealed class AddSpiffeTests : IDisposable
{
    private readonly string? _before = Environment.GetEnvironmentVariable(SpiffeSocket.Variable);

    public void Dispose() => Environment.SetEnvironmentVariable(SpiffeSocket.Variable, _before);

    [Fact]
    public async Task Two_sources_of_different_names_answer_each_for_itself()
    {
        await using var one = await SpiffeFixture.StartAsync();
        await using var other = await SpiffeFixture.StartAsync();
        await using var services = Build(secrets => secrets
            .AddSpiffe("one", options => options.Socket = one.Server.Socket)
            .AddSpiffe("other", options => options.Socket = other.Server.Socket)
            .Route(new SecretRoute("first", [new RouteReference("one") { Key = "default" }]))
            .Route(new SecretRoute("second", [new RouteReference("other") { Key = "default" }])));
        var provider = services.GetRequiredService<ISecretProvider>();

        var first = await provider.GetAsync("first");
        var second = await provider.GetAsync("second");

        Assert.Equal((SecretStatus.Available, SecretStatus.Available), (first.Status, second.Status));
        Assert.NotEqual(first.Version, second.Version);
    }

    [Fact]
    public async Task Socket_comes_from_the_variable_when_no_setting_names_one()
    {
        await using var fixture = await SpiffeFixture.StartAsync();
        Environment.SetEnvironmentVariable(SpiffeSocket.Variable, fixture.Server.Socket);
        await using var services = Build(static secrets => secrets.AddSpiffe("spire").Route("default", "spire"));

        var snapshot = await services.GetRequiredService<ISecretProvider>().GetAsync("default");

        Assert.Equal(SpiffeFixture.Web, Assert.Single(snapshot.Origins).Location);
    }

    [Fact]
    public void Setting_goes_before_the_variable()
    {
        Environment.SetEnvironmentVariable(SpiffeSocket.Variable, "unix:///from/the/variable");
        using var services = Build(static secrets => secrets.AddSpiffe("spire", static options => options.Socket = "unix:///from/the/setting"));

        Assert.Equal("unix:///from/the/setting", services.GetRequiredService<IOptionsMonitor<SpiffeSecretSourceOptions>>().Get("spire").Socket);
    }

    [Fact]
    public void Without_any_socket_the_start_fails_with_the_source_named()
    {
        Environment.SetEnvironmentVariable(SpiffeSocket.Variable, null);
        using var services = Build(static secrets => secrets.AddSpiffe("spire"));

        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains("Source 'spire': Socket is not set", failure.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Build(Action<ISecretProvidersBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddSecretProviders(configure);
        return services.BuildServiceProvider();
    }
}
