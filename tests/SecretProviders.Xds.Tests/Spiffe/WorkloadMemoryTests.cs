using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Spiffe;
using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Workload;
using static SecretProviders.Xds.Tests.Spiffe.SpiffeFixture;

namespace SecretProviders.Xds.Tests.Spiffe;

/// <summary>What a stream remembers of its messages: nothing that nobody watched, since redactions in between go unheard.</summary>
public sealed class WorkloadMemoryTests : IAsyncDisposable
{
    private const string Foreign = "spiffe://example.net";
    private readonly TestCertificateAuthority _own = new("example.org");
    private readonly TestCertificateAuthority _foreign = new("example.net");
    private readonly FakeWorkloadServer _server = new();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _own.Dispose();
        _foreign.Dispose();
    }

    [Fact]
    public async Task What_was_found_before_nobody_watched_is_forgotten()
    {
        await using var fixture = await StartAsync();
        var svids = Svids.Response(Svids.Make(fixture.Authority, Web));
        var own = (Domain, Svids.Bundle(fixture.Authority));
        await fixture.Server.ServeAsync(svids, Svids.Bundles(own, (Foreign, Svids.Bundle(_foreign))));
        var early = fixture.Open("ALL");
        await early.WaitForAsync<SecretState.Found>();
        await early.DisposeAsync();
        await fixture.Server.WhenOpenAsync(IWorkloadServer.Bundles, 0);

        await fixture.Server.ServeAsync(svids, Svids.Bundles(own, (Foreign, Svids.Der([_foreign.Issue().Secret.Leaf]))));

        Assert.Equal(["example.org"], ((ValidationContext)(await fixture.Open("ALL").WaitForAsync<SecretState.Found>()).Secret).TrustDomains.Keys);
    }

    [Fact]
    public async Task Message_that_is_still_read_when_nobody_watches_any_more_is_forgotten()
    {
        await _server.StartAsync();
        var options = new SpiffeSecretSourceOptions { Socket = _server.Socket, Timeout = TimeSpan.FromMinutes(5) };
        using var api = new WorkloadApi(_server.Socket, options.Timeout, TimeProvider.System);
        var (reading, left, taken) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        var reader = new BundleReader("spire", flat: false);
        await using var stream = new WorkloadStream<X509BundlesRequest, X509BundlesResponse>(
            "spire", options, api, WorkloadApi.FetchX509Bundles, Read, _ => taken.TrySetResult(), static () => { }, TimeProvider.System, NullLogger.Instance);
        await _server.ServeAsync(new X509SVIDResponse(), Svids.Bundles((Domain, Svids.Bundle(_own)), (Foreign, Svids.Bundle(_foreign))));
        var early = new SecretStateReader(stream, new SecretReference("ALL"));
        Assert.False(early.HasNews);
        await reading.Task;
        await early.DisposeAsync();
        left.SetResult();
        await taken.Task;

        await _server.ServeAsync(new X509SVIDResponse(), Svids.Bundles((Domain, Svids.Bundle(_own)), (Foreign, Svids.Der([_foreign.Issue().Secret.Leaf]))));
        await using var late = new SecretStateReader(stream, new SecretReference("ALL"));

        Assert.Equal(["example.org"], ((ValidationContext)(await late.WaitForAsync<SecretState.Found>()).Secret).TrustDomains.Keys);

        WorkloadAnswer Read(X509BundlesResponse response, WorkloadAnswer? previous)
        {
            reading.TrySetResult();
            left.Task.Wait();
            return reader.Read(response, previous);
        }
    }
}
