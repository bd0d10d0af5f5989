using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using SecretProviders.InMemory;
using SecretProviders.Testing;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>The source's own client certificate and trust are secrets of the provider that it belongs to.</summary>
public sealed class OwnCertificateTests
{
    private const int SourceStale = 1000;
    private static readonly TimeSpan Long = TimeSpan.FromDays(3000);

    [Fact]
    public async Task Client_certificate_and_trust_come_from_the_same_provider()
    {
        using var authority = new TestCertificateAuthority();
        await using var upstream = await UpstreamAsync(authority);
        var own = new InMemorySecretSource("own");
        own.Set("identity", authority.Issue("relay.example", new() { Lifetime = Long }).Secret);
        own.Set("ca", authority.Trust);
        await using var relay = await RelayAsync(own, upstream.TlsAddress);
        await using var subscription = relay.Provider.Subscribe(new SecretConsumer("test"), "token");

        Assert.Equal("served", await NextAsync(subscription));
    }

    [Fact]
    public async Task Client_certificate_of_a_foreign_authority_is_an_outage_until_the_right_one_is_there()
    {
        using var authority = new TestCertificateAuthority();
        using var foreign = new TestCertificateAuthority("Foreign CA");
        await using var upstream = await UpstreamAsync(authority);
        var own = new InMemorySecretSource("own");
        own.Set("identity", foreign.Issue("relay.example", new() { Lifetime = Long }).Secret);
        own.Set("ca", authority.Trust);
        await using var relay = await RelayAsync(own, upstream.TlsAddress);
        await using var subscription = relay.Provider.Subscribe(new SecretConsumer("test"), "token");
        await relay.Logs.WaitForAsync(SourceStale);

        own.Set("identity", authority.Issue("relay.example", new() { Lifetime = Long }).Secret);

        Assert.Equal("served", await NextAsync(subscription));
    }

    private static Task<Relay> UpstreamAsync(TestCertificateAuthority authority)
    {
        var origin = new InMemorySecretSource();
        origin.Set("token", new GenericSecret(SensitiveBytes.Copy("served"u8)));
        origin.Set("sds_server", authority.Issue("localhost", new() { IpAddresses = [IPAddress.Loopback], Lifetime = Long }).Secret);
        origin.Set("sds_client_ca", authority.Trust);
        return Relay.StartAsync(
            builder => builder.AddInMemory("memory", origin).Route(new SecretRoute("**", [new RouteReference("memory")])),
            static options => options.ListenSecretDiscovery(new IPEndPoint(IPAddress.Loopback, 0), static listen => listen.UseSecretTls("sds_server", "sds_client_ca")));
    }

    private static Task<Relay> RelayAsync(InMemorySecretSource own, string address) => Relay.StartAsync(builder => builder
        .AddInMemory("own", own)
        .AddSds("upstream", options =>
        {
            options.Addresses.Add(address);
            options.Tls.Certificate = SecretCredential.FromSecret("identity");
            options.Tls.Ca = SecretCredential.FromSecret("ca");
        })
        .Route(new SecretRoute("identity", [new RouteReference("own")]))
        .Route(new SecretRoute("ca", [new RouteReference("own")]) { Kind = SecretKind.ValidationContext })
        .Route(new SecretRoute("**", [new RouteReference("upstream")])));

    private static async Task<string> NextAsync(ISecretSubscription subscription)
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var batch in subscription.ReadAllAsync(guard.Token))
        {
            if (batch.Changes.FirstOrDefault(static snapshot => snapshot.Secret is not null)?.Secret is GenericSecret { Value: { } value })
            {
                return Encoding.UTF8.GetString(value.Memory.Span);
            }
        }

        throw new TimeoutException("The secret did not arrive.");
    }
}
