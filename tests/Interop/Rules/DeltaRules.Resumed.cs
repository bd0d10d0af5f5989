namespace SecretProviders.Interop.Tests;

/// <content>Streams that begin with <c>initial_resource_versions</c>, on this replica or another, and the wildcard.</content>
public abstract partial class DeltaRules
{
    // 32 bytes or more, the same on every replica.
    private static readonly SensitiveBytes VersionKey = SensitiveBytes.Copy([.. Enumerable.Range(0, 32).Select(static value => (byte)value)]);

    [Fact]
    public async Task Held_version_is_skipped_and_its_change_is_sent()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        await Server.SetAsync("b", "two");
        var held = await (await OpenDeltaAsync()).HoldAsync("a");
        var stream = await OpenDeltaAsync();

        await stream.ResumeAsync(("a", held.Secret.Version), ("b", "older"));
        var response = await stream.ReadAsync();
        await Server.SetAsync("a", "three");

        Assert.Equal(("b", "two"), (response.Secret.Name, response.Secret.Value));
        Assert.Equal("three", (await stream.ReadAsync()).Secret.Value);
    }

    [Fact]
    public async Task Held_secret_that_is_gone_is_told()
    {
        await StartAsync();
        var stream = await OpenDeltaAsync();

        await stream.ResumeAsync(("a", "older"));

        Assert.Equal(["a"], (await stream.ReadAsync()).Removed);
    }

    [Fact]
    public async Task Versions_are_believed_in_the_first_request_only()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var held = await (await OpenDeltaAsync()).HoldAsync("a");
        var stream = await OpenDeltaAsync();
        await stream.SubscribeAsync();

        await stream.ResumeAsync(("a", held.Secret.Version));

        Assert.Equal("one", (await stream.ReadAsync()).Secret.Value);
    }

    [Fact]
    public async Task Client_that_resumes_on_another_replica_gets_only_what_changed()
    {
        using var authority = new Testing.TestCertificateAuthority();
        var certificate = authority.Issue("web.example").Secret;
        var tickets = new SessionTicketKeys([SensitiveBytes.Copy(new byte[SessionTicketKeys.KeyLength])]);
        (string Name, Secret Secret)[] secrets =
            [("web", certificate), ("ca", authority.Trust), ("tickets", tickets), ("token", ProtocolServer.Generic("one")), ("changed", ProtocolServer.Generic("old"))];
        var first = await StartReplicaAsync(secrets);
        var held = new List<(string, string)>();
        var stream = await OpenDeltaAsync();
        await stream.SubscribeAsync([.. secrets.Select(static pair => pair.Name)]);
        foreach (var _ in secrets)
        {
            var response = await stream.ReadAsync();
            held.Add((response.Secret.Name, response.Secret.Version));
            await stream.AcknowledgeAsync(response);
        }

        await first.StopAsync();
        secrets[^1].Secret = ProtocolServer.Generic("new");
        await StartReplicaAsync(secrets);
        var resumed = await OpenDeltaAsync();
        await resumed.ResumeAsync([.. held]);

        Assert.Equal(("changed", "new"), ((await resumed.ReadAsync()) is { } only ? (only.Secret.Name, only.Secret.Value) : default));
        Assert.Empty(await resumed.PassFenceAsync(Server));
    }

    [Fact]
    public async Task Wildcard_gets_nothing_unless_it_is_allowed()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenDeltaAsync();

        await stream.SubscribeAsync("*");

        Assert.Empty(await stream.PassFenceAsync(Server));
    }

    [Theory]
    [InlineData("*")]
    [InlineData]
    public async Task Wildcard_gets_everything_where_it_is_allowed(params string[] asked)
    {
        await StartAsync(new() { Discovery = static options => options.WildcardNames = static () => ["a", "b"] });
        await Server.SetAsync("a", "one");
        await Server.SetAsync("b", "two");
        var stream = await OpenDeltaAsync();

        await stream.SubscribeAsync(asked);

        string[] names = [(await stream.ReadAsync()).Secret.Name, (await stream.ReadAsync()).Secret.Name];
        Assert.Equal(["a", "b"], names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Wrong_type_is_refused()
    {
        await StartAsync();
        var stream = await OpenDeltaAsync();

        await stream.SendAsync(new() { TypeUrl = "type.googleapis.com/envoy.config.cluster.v3.Cluster", ResourceNamesSubscribe = { "a" } });

        Assert.Equal(3, (await stream.Stream.ReadStatusAsync()).Code);
    }

    private async Task<ProtocolServer> StartReplicaAsync((string Name, Secret Secret)[] secrets)
    {
        var server = await StartAsync(new() { Provider = static options => options.VersionKey = VersionKey });
        foreach (var (name, secret) in secrets)
        {
            server.Source.Found(name, secret);
        }

        await server.Control.WaitUntilReadyAsync(secrets.Select(static pair => pair.Name));
        return server;
    }
}
