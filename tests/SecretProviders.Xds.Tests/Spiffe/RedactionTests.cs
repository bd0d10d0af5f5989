using SecretProviders.Testing;
using static SecretProviders.Xds.Tests.Spiffe.SpiffeFixture;

namespace SecretProviders.Xds.Tests.Spiffe;

/// <summary>What takes something back, and what does not (SPIFFE Workload API, sections 4.4 and 5.2).</summary>
public sealed class RedactionTests
{
    [Fact]
    public async Task Svid_that_is_no_longer_in_a_message_is_redacted_and_the_others_stay()
    {
        await using var fixture = await StartAsync();
        var db = fixture.Open(Db);
        var web = fixture.Open(Web);
        await db.WaitForAsync<SecretState.Found>();
        await web.WaitForAsync<SecretState.Found>();

        await fixture.ServeAsync(Web);

        AssertRedacted(await db.NextAsync());
        Assert.IsType<SecretState.Found>(await web.NextAsync());
    }

    [Fact]
    public async Task Redacted_svid_that_comes_back_is_found()
    {
        await using var fixture = await StartAsync();
        var db = fixture.Open(Db);
        await db.WaitForAsync<SecretState.Found>();
        await fixture.ServeAsync(Web);
        await db.WaitForAsync<SecretState.Removed>();

        await fixture.ServeAsync(Web, Db);

        Assert.Null((await db.WaitForAsync<SecretState.Found>()).DeletedAt);
    }

    [Fact]
    public async Task Svid_that_never_was_there_is_not_found()
    {
        await using var fixture = await StartAsync();

        Assert.IsType<SecretState.NotFound>(await fixture.Open("spiffe://example.org/nobody").NextAsync());
    }

    [Fact]
    public async Task Bundle_that_is_no_longer_in_a_message_is_redacted()
    {
        await using var fixture = await StartAsync();
        using var foreign = new TestCertificateAuthority("example.net");
        var svids = Svids.Response(Svids.Make(fixture.Authority, Web));
        await fixture.Server.ServeAsync(svids, Svids.Bundles((Domain, Svids.Bundle(fixture.Authority)), ("spiffe://example.net", Svids.Bundle(foreign))));
        var reader = fixture.Open("spiffe://example.net");
        var all = fixture.Open("ALL");
        await reader.WaitForAsync<SecretState.Found>();
        await all.WaitForAsync<SecretState.Found>();

        await fixture.Server.ServeAsync(svids, Svids.Bundles((Domain, Svids.Bundle(fixture.Authority))));

        AssertRedacted(await reader.NextAsync());
        Assert.Single(((ValidationContext)(await all.WaitForAsync<SecretState.Found>()).Secret).TrustDomains);
    }

    [Fact]
    public async Task Refusal_redacts_every_svid_and_no_bundle()
    {
        await using var fixture = await StartAsync();
        var web = fixture.Open(Web);
        var root = fixture.Open("ROOTCA");
        await web.WaitForAsync<SecretState.Found>();
        await root.WaitForAsync<SecretState.Found>();
        var bundle = fixture.Open(Domain);
        await bundle.WaitForAsync<SecretState.Found>();

        fixture.Server.Refused = IWorkloadServer.Svids;
        await fixture.ServeAsync(Web);

        AssertRedacted(await web.NextAsync());
        AssertRedacted(await root.NextAsync());
        Assert.False(bundle.HasNews);
    }

    [Fact]
    public async Task Refusal_by_an_agent_that_has_just_started_keeps_the_last_good_and_is_denied()
    {
        await using var fixture = await StartAsync();
        var web = fixture.Open(Web);
        var found = await web.WaitForAsync<SecretState.Found>();
        await fixture.Server.KillAsync();
        await web.WaitForAsync<SecretState.Unavailable>();

        await fixture.Server.FailAsync(GrpcStatusCode.PermissionDenied);
        await fixture.Server.StartAsync();

        Assert.Equal(found, (await web.WaitForAsync<SecretState.Denied>()).LastGood);
        await fixture.Server.FailAsync(null);
        await web.WaitForAsync<SecretState.Found>();
        Assert.DoesNotContain(web.History, static state => state is SecretState.Removed);
    }

    [Fact]
    public async Task What_was_taken_back_stays_so_through_a_restart_and_more_refusals()
    {
        await using var fixture = await StartAsync();
        var web = fixture.Open(Web);
        await web.WaitForAsync<SecretState.Found>();
        await fixture.Server.FailAsync(GrpcStatusCode.PermissionDenied);
        AssertRedacted(await web.WaitForAsync<SecretState.Removed>());
        await fixture.Server.KillAsync();
        Assert.Null((await web.WaitForAsync<SecretState.Unavailable>()).LastGood);

        await fixture.Server.StartAsync();

        AssertRedacted(await web.WaitForAsync<SecretState.Removed>());
        Assert.DoesNotContain(web.History, static state => state is SecretState.Denied);
    }

    [Fact]
    public async Task Refusal_that_ends_brings_back_what_it_took()
    {
        await using var fixture = await StartAsync();
        var web = fixture.Open(Web);
        await web.WaitForAsync<SecretState.Found>();
        await fixture.Server.FailAsync(GrpcStatusCode.PermissionDenied);
        await web.WaitForAsync<SecretState.Removed>();

        await fixture.Server.FailAsync(null);

        await web.WaitForAsync<SecretState.Found>();
    }

    [Fact]
    public async Task Second_refusal_takes_back_what_came_after_the_first()
    {
        await using var fixture = await StartAsync();
        await fixture.Server.FailAsync(GrpcStatusCode.PermissionDenied);
        var web = fixture.Open(Web);
        await web.WaitForAsync<SecretState.Denied>();
        await fixture.Server.FailAsync(null);
        await web.WaitForAsync<SecretState.Found>();

        await fixture.Server.FailAsync(GrpcStatusCode.PermissionDenied);

        AssertRedacted(await web.NextAsync());
    }

    [Fact]
    public async Task What_came_back_is_not_taken_by_an_agent_that_has_just_started()
    {
        await using var fixture = await StartAsync();
        var web = fixture.Open(Web);
        await web.WaitForAsync<SecretState.Found>();
        await fixture.ServeAsync(Db);
        await web.WaitForAsync<SecretState.Removed>();
        await fixture.ServeAsync(Web);
        var found = await web.WaitForAsync<SecretState.Found>();
        await fixture.Server.KillAsync();
        await fixture.Server.FailAsync(GrpcStatusCode.PermissionDenied);

        await fixture.Server.StartAsync();

        Assert.Equal(found, (await web.WaitForAsync<SecretState.Denied>()).LastGood);
    }

    [Fact]
    public async Task Refusal_takes_nothing_back_of_what_was_not_there_and_is_denied_for_it()
    {
        await using var fixture = await StartAsync();
        var nobody = fixture.Open("spiffe://example.org/nobody");
        await nobody.WaitForAsync<SecretState.NotFound>();

        await fixture.Server.FailAsync(GrpcStatusCode.PermissionDenied);

        Assert.IsType<SecretState.Denied>(await nobody.NextAsync());
    }

    [Fact]
    public async Task Refusal_of_what_never_was_given_is_denied_with_the_remedy()
    {
        await using var fixture = await StartAsync();
        await fixture.Server.FailAsync(GrpcStatusCode.PermissionDenied);
        var web = fixture.Open(Web);

        Assert.Contains("register", Assert.IsType<SecretState.Denied>(await web.NextAsync()).Remedy, StringComparison.Ordinal);
        await fixture.Server.FailAsync(null);
        await web.WaitForAsync<SecretState.Found>();
    }

    [Fact]
    public async Task Refusal_that_lasts_is_logged_once_and_asked_again_ever_more_seldom()
    {
        var clock = new ManualTimeProvider();
        await using var fixture = await StartAsync(clock);
        await fixture.Server.FailAsync(GrpcStatusCode.PermissionDenied);
        await fixture.Open(Web).WaitForAsync<SecretState.Denied>();

        var waits = new List<TimeSpan>();
        for (var calls = 1; calls <= 8; calls++)
        {
            await fixture.Server.WhenCalledAsync(IWorkloadServer.Svids, calls);
            waits.Add(await WhenWaitingAsync(clock, static wait => wait < TimeSpan.FromMinutes(1)));
            clock.Advance(waits[^1]);
        }

        Assert.InRange(waits[0], TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(101));
        Assert.InRange(waits[^1], TimeSpan.FromSeconds(6.4), TimeSpan.FromSeconds(13));
        Assert.Equal(1, fixture.Logs.EventIds.Count(static id => id == 2500));
    }

    [Fact]
    public async Task What_a_refusal_took_is_not_remembered_for_a_bundle_that_comes_back_unsound()
    {
        await using var fixture = await StartAsync();
        using var foreign = new TestCertificateAuthority("example.net");
        var svids = Svids.Response(Svids.Make(fixture.Authority, Web));
        await fixture.Server.ServeAsync(svids, Svids.Bundles((Domain, Svids.Bundle(fixture.Authority)), ("spiffe://example.net", Svids.Bundle(foreign))));
        var all = fixture.Open("ALL");
        await all.WaitForAsync<SecretState.Found>();
        await fixture.Server.FailAsync(GrpcStatusCode.PermissionDenied);
        await all.WaitForAsync<SecretState.Removed>();

        await fixture.Server.ServeAsync(svids, Svids.Bundles((Domain, Svids.Bundle(fixture.Authority)), ("spiffe://example.net", Svids.Der([foreign.Issue().Secret.Leaf]))));
        await fixture.Server.FailAsync(null);

        Assert.Equal(["example.org"], ((ValidationContext)(await all.WaitForAsync<SecretState.Found>()).Secret).TrustDomains.Keys);
    }

    [Fact]
    public async Task Lost_connection_takes_nothing_back()
    {
        await using var fixture = await StartAsync();
        var web = fixture.Open(Web);
        var found = await web.WaitForAsync<SecretState.Found>();

        await fixture.Server.KillAsync();

        Assert.Equal(found, Assert.IsType<SecretState.Unavailable>(await web.NextAsync()).LastGood);
    }

    [Fact]
    public async Task Absence_after_a_restart_is_a_redaction()
    {
        await using var fixture = await StartAsync();
        var db = fixture.Open(Db);
        await db.WaitForAsync<SecretState.Found>();
        await fixture.Server.KillAsync();
        await db.WaitForAsync<SecretState.Unavailable>();

        await fixture.ServeAsync(Web);
        await fixture.Server.StartAsync();

        AssertRedacted(await db.WaitForAsync<SecretState.Removed>());
    }

    [Fact]
    public async Task Message_without_any_svid_takes_nothing_back()
    {
        await using var fixture = await StartAsync();
        var web = fixture.Open(Web);
        var found = await web.WaitForAsync<SecretState.Found>();

        await fixture.ServeAsync();

        Assert.Equal(found, Assert.IsType<SecretState.Invalid>(await web.NextAsync()).LastGood);
    }

    [Fact]
    public async Task Unsound_svid_keeps_its_last_good_and_then_redaction_takes_it()
    {
        await using var fixture = await StartAsync();
        var db = fixture.Open(Db);
        var found = await db.WaitForAsync<SecretState.Found>();
        var spoiled = Svids.Make(fixture.Authority, Db);
        spoiled.X509SvidKey = Svids.Make(fixture.Authority, Db).X509SvidKey;

        await fixture.Server.ServeAsync(Svids.Response(Svids.Make(fixture.Authority, Web), spoiled), Svids.Bundles((Domain, Svids.Bundle(fixture.Authority))));
        Assert.Equal(found, Assert.IsType<SecretState.Invalid>(await db.NextAsync()).LastGood);
        await fixture.ServeAsync(Web);

        AssertRedacted(await db.NextAsync());
        Assert.Equal(1, fixture.Logs.EventIds.Count(static id => id == 2501));
    }

    private static void AssertRedacted(SecretState state)
    {
        Assert.Equal(RemovalReason.Redacted, Assert.IsType<SecretState.Removed>(state).Reason);
        Assert.Null(state.LastGood);
    }
}
