using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Permissions;
using SecretProviders.Kubernetes.Tests.Watching;

namespace SecretProviders.Kubernetes.Tests.Permissions;

public sealed class AccessProverTests
{
    private static readonly ObjectSelection Edge = new(ApiResource.Secrets, "edge");

    [Fact]
    public async Task Permitted_is_no_state() => Assert.Null(await ProveAsync(true));

    [Fact]
    public async Task Not_permitted_is_Denied_with_the_rule() => Assert.Equal(RoleRule.For(Edge), (await ProveAsync(false))!.Remedy);

    [Fact]
    public async Task Who_may_not_even_ask_just_tries() => Assert.Null(await ProveAsync(null));

    private static async Task<SecretState.Denied?> ProveAsync(bool? permits)
    {
        using var client = new ScriptedClient { Permits = _ => permits };
        return await new AccessProver(client).ProveAsync(Edge, TestContext.Current.CancellationToken);
    }
}
