using System.Text.Json.Nodes;
using SecretProviders.Kubernetes.Tests.Fake;

namespace SecretProviders.Kubernetes.Tests.Clusters;

/// <summary>The fake as a cluster; a server for each test.</summary>
internal sealed class FakeCluster(FakeApiServer server) : TestCluster
{
    public FakeApiServer Server { get; } = server;

    public override Uri Address => Server.Address;

    public override string CaPem => Server.Authority.Certificate.ToPem();

    public override string AdminToken => FakeApiServer.AdminToken;

    public override string LimitedToken => FakeApiServer.LimitedToken;

    public static async Task<FakeCluster> StartAsync() => new(await FakeApiServer.StartAsync());

    public override Task PutAsync(FakeResource resource, string name, JsonObject content, string? ns = null, params IEnumerable<(string Name, string Value)> labels)
    {
        Server.Store.Put(resource, PlaceOf(resource, ns), name, content, labels);
        return Task.CompletedTask;
    }

    public override Task DeleteAsync(FakeResource resource, string name, string? ns = null)
    {
        Server.Store.Delete(resource, PlaceOf(resource, ns), name);
        return Task.CompletedTask;
    }

    public override Task GrantAsync(params FakeRule[] rules)
    {
        Server.Access.Grant(FakeApiServer.Limited, rules.Select(rule => rule with { Namespace = rule.Namespace ?? Namespace }));
        return Task.CompletedTask;
    }

    public override Task RevokeAsync()
    {
        Server.Access.RevokeAll(FakeApiServer.Limited);
        return Task.CompletedTask;
    }

    // The fake, like the real server, answers for any namespace, and only the real one refuses to write into one that is not there.
    public override Task CreateNamespaceAsync(string name) => Task.CompletedTask;

    public override Task InstallReferenceGrantsAsync()
    {
        Server.Served[FakeResource.ReferenceGrants] = true;
        return Task.CompletedTask;
    }

    public override Task<string> IssueTokenAsync()
    {
        var token = $"{Guid.NewGuid()}";
        Server.Access.AddToken(token, "reader");
        Server.Access.Grant("reader", new("list", "secrets", Namespace), new("watch", "secrets", Namespace));
        return Task.FromResult(token);
    }

    public override Task WithdrawTokenAsync(string token)
    {
        Server.Access.RemoveToken(token);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => Server.DisposeAsync();

    private string PlaceOf(FakeResource resource, string? ns) => resource.IsNamespaced ? ns ?? Namespace : string.Empty;
}
