using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using SecretProviders.Testing;

namespace SecretProviders.Xds.Tests.Spiffe;

/// <summary>
/// Two Workload APIs of one trust domain, each with an authority of its own, behind one provider with the routes that
/// docs/sources/spiffe.md shows, and a consumer that notes all it is told.
/// </summary>
internal sealed class TwoAgents : IAsyncDisposable
{
    public const string Leaf = "default";
    public const string Trust = "ROOTCA";
    private const string Web = "spiffe://example.org/web";
    private const string Domain = "spiffe://example.org";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ServiceProvider _services;
    private readonly ISecretSubscription _subscription;
    private readonly Task _reading;
    private ImmutableArray<SecretSnapshot> _told = [];

    public TwoAgents()
    {
        var services = new ServiceCollection();
        services.AddSecretProviders(secrets => secrets
            .AddSpiffe("a", options => options.Socket = A.Server.Socket)
            .AddSpiffe("b", options => options.Socket = B.Server.Socket)
            .Route(new SecretRoute(Leaf, [new RouteReference("a"), new RouteReference("b")])
            {
                Kind = SecretKind.TlsCertificate,
                ChainsTo = [Trust],
                FallThroughAfter = TimeSpan.Zero,
                Dwell = TimeSpan.Zero,

                // On the system's clock: a slow machine must not wait in vain for the trust.
                GroupHold = TimeSpan.FromMinutes(10),
            })
            .Route(new SecretRoute(Trust, [new RouteReference("a") { Key = Domain }, new RouteReference("b") { Key = Domain }]) { Rule = SecretRule.Union }));
        _services = services.BuildServiceProvider();
        Provider = _services.GetRequiredService<ISecretProvider>();
        _subscription = Provider.Subscribe(new SecretConsumer("envoy"), Leaf, Trust);
        _reading = ReadAsync();
    }

    public Agent A { get; } = new("A");

    public Agent B { get; } = new("B");

    public ISecretProvider Provider { get; }

    /// <summary>Gets everything that the consumer was told, in order.</summary>
    public ImmutableArray<SecretSnapshot> Told => ImmutableInterlocked.InterlockedCompareExchange(ref _told, default, default);

    /// <summary>Starts an agent, with a new SVID.</summary>
    public static async Task StartAsync(Agent agent)
    {
        await agent.ServeAsync();
        await agent.Server.StartAsync();
    }

    /// <summary>Waits until a condition holds of what is published.</summary>
    public Task UntilAsync(string name, Func<SecretSnapshot, bool> condition) =>
        UntilAsync(() => condition(Provider.Current(name)), () => $"'{name}' is {Provider.Current(name)}.");

    /// <summary>Waits until the consumer was told something, and says in which place.</summary>
    public async Task<int> WhenToldAsync(Predicate<SecretSnapshot> condition)
    {
        await UntilAsync(() => Told.Any(snapshot => condition(snapshot)), () => $"it was told {string.Join(", ", Told)}.");
        return Told.ToList().FindIndex(condition);
    }

    public Task UntilLeafOfAsync(Agent agent) => UntilAsync(Leaf, snapshot => snapshot.Secret?.Equals(agent.Current) == true);

    public Task UntilTrustInAsync(params Agent[] agents) => UntilAsync(Trust, snapshot => AnchorsOf(snapshot).SetEquals(agents.Select(static agent => agent.Authority.Certificate)));

    public async ValueTask DisposeAsync()
    {
        await _subscription.DisposeAsync();
        await _reading;
        await _services.DisposeAsync();
        await A.DisposeAsync();
        await B.DisposeAsync();
    }

    private static HashSet<EncodedCertificate> AnchorsOf(SecretSnapshot snapshot) =>
        snapshot.Secret is ValidationContext { TrustAnchors.IsEmpty: true } trust ? [.. trust.TrustDomains.GetValueOrDefault("example.org", [])] : [];

    private static async Task UntilAsync(Func<bool> condition, Func<string> what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"Waited in vain; {what()}");
            await Task.Yield();
        }
    }

    private async Task ReadAsync()
    {
        await foreach (var batch in _subscription.ReadAllAsync())
        {
            ImmutableInterlocked.Update(ref _told, static (told, changes) => told.AddRange(changes), batch.Changes);
        }
    }

    /// <summary>One of the two.</summary>
    internal sealed class Agent(string name) : IAsyncDisposable
    {
        public FakeWorkloadServer Server { get; } = new();

        public TestCertificateAuthority Authority { get; } = new($"example.org {name}");

        /// <summary>Gets the SVID that it serves.</summary>
        public TlsCertificate? Current { get; private set; }

        public Task ServeAsync()
        {
            Current = Authority.Issue("web", Svids.Options(Web)).Secret;
            return Server.ServeAsync(Svids.Response(Svids.Make(Web, Current, Authority)), Svids.Bundles((Domain, Svids.Bundle(Authority))));
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            Authority.Dispose();
        }
    }
}
