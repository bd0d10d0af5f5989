using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SecretProviders.Host.Serving;
using SecretProviders.Host.Tests.Configuration;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>What of the configuration reaches the provider and the application around it.</summary>
public sealed class ConfiguredProviderTests
{
    [Fact]
    public void Demand_and_drain_reach_the_application()
    {
        var (provider, host) = Options("server: { drain: 7s }\ndemand: { linger: 1m, idleNames: 5, negativeCache: 2s, namesPerConsumer: 6 }\n");

        Assert.Equal((TimeSpan.FromMinutes(1), 5, TimeSpan.FromSeconds(2), 6), (provider.Linger, provider.IdleNames, provider.NegativeCache, provider.NamesPerConsumer));
        Assert.Equal(TimeSpan.FromSeconds(7), host.ShutdownTimeout);
    }

    [Fact]
    public void Without_settings_the_documented_defaults_hold()
    {
        var (provider, host) = Options("{}");

        Assert.Equal((TimeSpan.FromMinutes(5), 10_000, TimeSpan.FromSeconds(5), 1_000), (provider.Linger, provider.IdleNames, provider.NegativeCache, provider.NamesPerConsumer));
        Assert.Equal(TimeSpan.FromSeconds(10), host.ShutdownTimeout);
    }

    private static (AggregateProviderOptions Provider, HostOptions Host) Options(string text)
    {
        using var run = new CommandRun();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        ConfiguredProvider.Register(builder, ConfigurationText.Parse(text), new ConsoleLoggerProvider(new ServeConsole(run.Environment)), run.Time);
        using var host = builder.Build();
        return (host.Services.GetRequiredService<IOptions<AggregateProviderOptions>>().Value, host.Services.GetRequiredService<IOptions<HostOptions>>().Value);
    }
}
