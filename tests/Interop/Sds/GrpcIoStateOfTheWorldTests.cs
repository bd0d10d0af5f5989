namespace SecretProviders.Interop.Tests.Sds;

/// <summary>The variant without a word for absence, over gRPC's C core.</summary>
public sealed class GrpcIoStateOfTheWorldTests() : GrpcIoRules(delta: false)
{
    [Fact]
    public async Task Silence_about_a_found_name_says_nothing()
    {
        await Server.PutAsync("kept", Generic("kept"));
        await Server.PutAsync("token", Generic("1"));
        await using var kept = Watch("kept");
        await kept.WaitForAsync<SecretState.Found>();

        await Server.DeleteAsync("kept");
        await using var token = Watch("token");
        await token.WaitForAsync<SecretState.Found>();

        Assert.False(kept.HasNews);
    }
}
