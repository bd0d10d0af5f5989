using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SecretProviders.Testing;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Sds;

/// <summary>The endpoints over the real aggregate: embedded as a host does it, with a source that the test scripts.</summary>
public sealed class AggregateTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-");
    private readonly ScriptedSecretSource _source = new();
    private readonly LogCollector _logs = new();
    private WebApplication? _app;
    private GrpcChannel? _channel;

    private ISecretProviderControl Control => _app!.Services.GetRequiredService<ISecretProviderControl>();

    public async ValueTask InitializeAsync()
    {
        var socket = Path.Combine(_folder.FullName, "sds.sock");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.UseSecretDiscoveryLimits().ListenSecretDiscovery(socket));
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging => logging.AddProvider(_logs));
        builder.Services.AddSecretProviders(secrets => secrets
            .AddSource("scripted", _ => _source)
            .Route(new SecretRoute("leaf", [new RouteReference("scripted")]) { Trust = "leaf-ca" })
            .Route("**", "scripted"));
        _app = builder.Build();
        _app.MapSecretDiscovery();
        await _app.StartAsync();
        _channel = new GrpcChannel($"unix:{socket}");
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        await _app!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Secret_that_appears_and_rotates_reaches_a_client()
    {
        await using var call = _channel!.Start(StreamSecrets);
        await call.WriteAsync(Ask("token"));
        await _source.WhenWatchedAsync("token");

        _source.Set("token", Found("one"));
        var first = await call.ReadAsync();
        await call.WriteAsync(Acknowledge(first!, "token"));
        _source.Set("token", Found("two"));
        var second = await call.ReadAsync();

        Assert.Equal(("one", "two"), (Text(first!), Text(second!)));
    }

    [Fact]
    public async Task Peer_that_refuses_for_ever_on_ever_new_streams_is_one_line()
    {
        const int Rejected = 106;
        _source.Set("token", Found("one"));
        _source.Set("fence", Found("fence"));
        for (var round = 0; round < 30; round++)
        {
            await using var call = _channel!.Start(StreamSecrets);
            await call.WriteAsync(Ask("token"));
            var response = await call.ReadAsync();
            await call.WriteAsync(Refuse(response!, $"reason {round}", "token"));

            // What is asked after the refusal is answered after it.
            await call.WriteAsync(Ask("token", "fence"));
            while (Secret((await call.ReadAsync())!).Name != "fence")
            {
            }
        }

        var line = Assert.Single(_logs.Entries, static entry => entry.EventId.Id == Rejected);
        Assert.Contains("'node-1' rejected version", line.Message, StringComparison.Ordinal);
        Assert.Contains("reason 0", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trust_arrives_before_the_leaf_that_needs_it()
    {
        using var authority = new TestCertificateAuthority();
        var issued = authority.Issue();
        _source.Set("leaf", new SecretState.Found(issued.Secret) { Trust = issued.Trust });
        await using var call = _channel!.Start(StreamSecrets);

        await call.WriteAsync(Ask("leaf", "leaf-ca"));
        var names = new[] { Secret((await call.ReadAsync())!).Name, Secret((await call.ReadAsync())!).Name };

        Assert.Equal(["leaf-ca", "leaf"], names);
    }

    [Fact]
    public async Task What_was_applied_and_refused_is_known_to_the_operator()
    {
        _source.Set("token", Found("one"));
        await using var good = _channel!.Start(StreamSecrets);
        await using var bad = _channel!.Start(StreamSecrets);
        await good.WriteAsync(Ask("token"));
        await bad.WriteAsync(new() { Node = new() { Id = "node-2" }, ResourceNames = { "token" } });

        var response = await good.ReadAsync();
        await good.WriteAsync(Acknowledge(response!, "token"));
        await bad.WriteAsync(Refuse((await bad.ReadAsync())!, "not today", "token"));
        await Control.WaitAppliedAsync("token", new SecretVersion(response!.VersionInfo), 0.5, TimeSpan.FromSeconds(60));
        var explanation = Control.Explain("token");
        while (explanation.Rejections.IsEmpty)
        {
            await Task.Yield();
            explanation = Control.Explain("token");
        }

        Assert.Equal((2, 1), (explanation.Consumers, explanation.Applied));
        Assert.Contains("not today", Assert.Single(explanation.Rejections), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a/%2e%2e/b")]
    [InlineData("")]
    [InlineData("a\u0001b")]
    public async Task Hostile_name_is_absent_and_reaches_no_source(string name)
    {
        _source.Set("token", Found("one"));
        await using var call = _channel!.Start(DeltaSecrets);

        await call.WriteAsync(new() { ResourceNamesSubscribe = { name } });
        var absent = await call.ReadAsync();
        await call.WriteAsync(new() { ResponseNonce = absent!.Nonce, ResourceNamesSubscribe = { "token" } });
        var found = await call.ReadAsync();

        Assert.Equal([name], absent.RemovedResources);
        Assert.Equal("token", Assert.Single(found!.Resources).Name);
        Assert.Equal(0, _source.Watches(name));
    }

    [Fact]
    public async Task Name_of_a_megabyte_is_absent_and_hurts_nobody()
    {
        _source.Set("token", Found("one"));
        await using var call = _channel!.Start(DeltaSecrets);

        await call.WriteAsync(new() { ResourceNamesSubscribe = { new string('x', 1_000_000) } });
        var absent = await call.ReadAsync();
        await call.WriteAsync(new() { ResponseNonce = absent!.Nonce, ResourceNamesSubscribe = { "token" } });

        Assert.Equal(1_000_000, Assert.Single(absent.RemovedResources).Length);
        Assert.Equal("token", Assert.Single((await call.ReadAsync())!.Resources).Name);
    }

    [Fact]
    public async Task Crowd_of_names_is_refused_and_hurts_nobody()
    {
        _source.Set("token", Found("one"));
        await using var crowd = _channel!.Start(StreamSecrets);
        await crowd.WriteAsync(Ask([.. Enumerable.Range(0, 5000).Select(static number => $"name-{number}")]));

        var failure = await Assert.ThrowsAsync<GrpcException>(async () => await crowd.ReadAsync());

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Status.Code);
        Assert.Equal("one", Text(await _channel.CallAsync(FetchSecrets, new() { Node = new() { Id = "node-2" }, ResourceNames = { "token" } })));
    }

    [Fact]
    public async Task Stopping_host_ends_streams_with_unavailable()
    {
        await using var call = _channel!.Start(StreamSecrets);
        await call.WriteAsync(Ask("token"));
        await _source.WhenWatchedAsync("token");

        await _app!.StopAsync();
        var failure = await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync());

        Assert.Equal(GrpcStatusCode.Unavailable, failure.Status.Code);
    }

    private static SecretState Found(string text) => new SecretState.Found(Generic(text));
}
