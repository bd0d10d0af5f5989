namespace SecretProviders.Interop.Tests.Sds;

/// <summary>The variant that says what is gone, over gRPC's C core.</summary>
public sealed class GrpcIoDeltaTests() : GrpcIoRules(delta: true)
{
    [Fact]
    public async Task Removal_is_told_and_its_end_too()
    {
        await Server.PutAsync("token", Generic("1"));
        await using var reader = Watch("token");
        await reader.WaitForAsync<SecretState.Found>();

        await Server.DeleteAsync("token");
        Assert.Equal("1", Text((await reader.WaitForAsync<SecretState.Removed>()).LastGood!));
        await Server.PutAsync("token", Generic("2"));

        Assert.Equal("2", Text(await reader.WaitForAsync<SecretState.Found>()));
    }

    [Fact]
    public async Task Name_that_never_was_there_is_not_found_and_may_come()
    {
        await using var reader = Watch("token");
        Assert.IsType<SecretState.NotFound>(await reader.NextAsync());

        await Server.PutAsync("token", Generic("1"));

        Assert.Equal("1", Text(await reader.WaitForAsync<SecretState.Found>()));
    }
}
