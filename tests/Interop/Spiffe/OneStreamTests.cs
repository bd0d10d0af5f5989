namespace SecretProviders.Interop.Tests.Spiffe;

/// <summary>
/// One SDS stream asks for SPIRE's names and for other sources' at once, over real sockets, while SPIRE's side is killed,
/// comes back, and takes identities back: each name does what its own source's news mean, and no other is touched.
/// </summary>
public sealed class OneStreamTests(GrpcJsClient client) : IClassFixture<GrpcJsClient>
{
    [Fact]
    public async Task Delta_tells_what_is_lost_what_is_redacted_and_what_goes_on()
    {
        await using var server = await MixedServer.StartAsync();
        await using var channel = await client.ConnectAsync(server.Address);
        var stream = new DeltaStream(await channel.OpenAsync("DeltaSecrets"), "edge-1");
        var held = new HeldSecrets(stream.ReadAsync, stream.AcknowledgeAsync);
        var chain = await BeginAsync(server, held, () => stream.SubscribeAsync(MixedServer.Names));

        await LoseTheAgentAsync(server, held);

        Assert.Equal(chain, held["default"].Chain);
        Assert.True(MixedServer.Names.All(held.Has));

        var rotated = await server.ServeAsync(withDb: false);
        await server.Agent.StartAsync();
        await held.UntilAsync(() => held["default"].Chain == rotated && !held.Has(MixedServer.Db));

        Assert.Equal(["default", MixedServer.Db], held.Heard.Distinct().Order(StringComparer.Ordinal));

        held.Heard.Clear();
        await server.Agent.FailAsync(Xds.GrpcStatusCode.PermissionDenied);
        await held.UntilAsync(() => !held.Has("default") && !held.Has("ROOTCA"));
        await held.UntilAsync(MixedServer.File, await server.WriteFileAsync());

        Assert.Equal(["ROOTCA", "default", MixedServer.File], held.Heard.Distinct().Order(StringComparer.Ordinal));

        held.Heard.Clear();
        await server.Agent.FailAsync(null);
        await held.UntilAsync(() => held.Has("default") && held.Has("ROOTCA"));

        Assert.Equal(["ROOTCA", "default"], held.Heard);
    }

    [Fact]
    public async Task State_of_the_world_keeps_silent_about_what_is_gone_and_goes_on_with_the_rest()
    {
        await using var server = await MixedServer.StartAsync();
        await using var channel = await client.ConnectAsync(server.Address);
        var stream = new StateOfTheWorldStream(await channel.OpenAsync("StreamSecrets"), "edge-1");
        var held = new HeldSecrets(stream.ReadAsync, response => stream.AcknowledgeAsync(response, MixedServer.Names));
        await BeginAsync(server, held, () => stream.AskAsync(MixedServer.Names));

        await LoseTheAgentAsync(server, held);

        var rotated = await server.ServeAsync(withDb: false);
        await server.Agent.StartAsync();
        await held.UntilAsync("default", rotated);
        await server.WhenAsync(MixedServer.Db, SecretStatus.Absent);
        await server.Agent.FailAsync(Xds.GrpcStatusCode.PermissionDenied);
        await server.WhenAsync("default", SecretStatus.Absent);
        held.Heard.Clear();
        await held.UntilAsync(MixedServer.File, await server.WriteFileAsync());

        Assert.Equal([MixedServer.File], held.Heard);

        await server.Agent.FailAsync(null);
        await held.UntilAsync("default", await server.ServeAsync(withDb: true));
        await server.WhenAsync(MixedServer.Db, SecretStatus.Available);
    }

    /// <summary>Asks for all names, and reads until all are there.</summary>
    private static async Task<string> BeginAsync(MixedServer server, HeldSecrets held, Func<Task> ask)
    {
        var chain = await server.ServeAsync(withDb: true);
        var file = await server.WriteFileAsync();
        var cluster = server.SetCluster();

        await ask();
        await held.UntilAsync(() => MixedServer.Names.All(held.Has) && held["default"].Chain == chain);

        Assert.Equal(new() { ["example.org"] = server.Authority.Certificate.ToPem() }, held["ROOTCA"].Domains);
        Assert.Null(held["ROOTCA"].Trust);
        Assert.Equal((file, cluster), (held[MixedServer.File].Chain, held[MixedServer.Cluster].Chain));
        Assert.NotNull(held[MixedServer.Db].Chain);
        return chain;
    }

    /// <summary>Kills the agent, and shows that only the other sources' news come, and come as ever.</summary>
    private static async Task LoseTheAgentAsync(MixedServer server, HeldSecrets held)
    {
        await server.Agent.KillAsync();
        foreach (var name in new[] { "default", "ROOTCA", MixedServer.Db })
        {
            await server.WhenAsync(name, SecretStatus.Stale);
        }

        held.Heard.Clear();
        await held.UntilAsync(MixedServer.File, await server.WriteFileAsync());
        await held.UntilAsync(MixedServer.Cluster, server.SetCluster());

        Assert.Equal([MixedServer.File, MixedServer.Cluster], held.Heard);
        held.Heard.Clear();
    }
}
