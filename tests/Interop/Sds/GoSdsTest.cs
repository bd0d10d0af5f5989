namespace SecretProviders.Interop.Tests.Sds;

/// <summary>Our source in front of go-control-plane.</summary>
public abstract class GoSdsTest(bool delta, params string[] cache) : SdsServerTest(delta)
{
    private protected override ClientProcess Start() => new(Components.GoSdsServer, [Socket, .. cache]);

    [Fact]
    public async Task Name_watched_again_is_found_though_the_server_does_not_send_it_again()
    {
        await Server.PutAsync("kept", Generic("kept"));
        await Server.PutAsync("token", Generic("one"));
        await using var kept = Watch("kept");
        await kept.WaitForAsync<SecretState.Found>();
        var first = Watch("token");
        await first.WaitForAsync<SecretState.Found>();
        await first.DisposeAsync();

        await using var again = Watch("token");

        Assert.Equal("one", Text(await again.WaitForAsync<SecretState.Found>()));
    }
}
