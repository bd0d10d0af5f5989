using SecretProviders.Testing;

namespace SecretProviders.Host.Tests.Admin;

/// <summary>What the admin listener answers to anybody who speaks HTTP.</summary>
public sealed class AdminServerTests
{
    private static readonly GenericSecret Password = new(SensitiveBytes.Copy("hunter2"u8));

    [Fact]
    public async Task Health_is_ok_while_the_process_lives()
    {
        await using var harness = await AdminHarness.StartAsync(unix: false);

        Assert.Equal((200, "ok\n"), await harness.HttpAsync("/healthz"));
    }

    [Fact]
    public async Task A_missing_name_is_told_by_readiness()
    {
        await using var harness = await AdminHarness.StartAsync(unix: false);
        harness.Provider.SetStatus("web", SecretStatus.Denied, new SecretProblem(SecretProblemCode.Denied, "Grant read."));

        Assert.Equal((503, "not ready\nweb: Denied (Denied: Grant read.)\n"), await harness.HttpAsync("/readyz"));
    }

    [Theory]
    [InlineData(SecretStatus.Available)]
    [InlineData(SecretStatus.Stale)]
    public async Task A_name_that_can_be_served_is_ready(SecretStatus status)
    {
        await using var harness = await AdminHarness.StartAsync(unix: false);
        harness.Provider.Set("web", Password);
        harness.Provider.SetStatus("web", status);

        Assert.Equal((200, "ready\n"), await harness.HttpAsync("/readyz"));
    }

    [Fact]
    public async Task A_draining_server_is_not_ready()
    {
        await using var harness = await AdminHarness.StartAsync(unix: false);
        harness.Provider.Set("web", Password);
        harness.Readiness.Drain();

        Assert.Equal((503, "not ready\ndraining\n"), await harness.HttpAsync("/readyz"));
    }

    [Fact]
    public async Task Readiness_follows_a_reload()
    {
        await using var harness = await AdminHarness.StartAsync(unix: false);
        harness.Readiness.Replace([]);

        Assert.Equal((200, "ready\n"), await harness.HttpAsync("/readyz"));
    }

    [Fact]
    public async Task A_name_with_slashes_and_signs_is_one_name()
    {
        await using var harness = await AdminHarness.StartAsync(unix: false);
        harness.Provider.Set("spiffe://a/b?c#d|e&f=g", Password);

        var (status, body) = await harness.HttpAsync($"/v1/get?name={Uri.EscapeDataString("spiffe://a/b?c#d|e&f=g")}");

        Assert.Equal(200, status);
        Assert.Contains("\"status\":\"Available\"", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/get")]
    [InlineData("/v1/get?name=")]
    [InlineData("/v1/explain?name=a&name=b")]
    public async Task A_question_for_anything_but_one_name_is_refused_with_the_remedy(string path)
    {
        await using var harness = await AdminHarness.StartAsync(unix: false);

        var (status, body) = await harness.HttpAsync(path);

        Assert.Equal((400, $"ask for one name: {path.Split('?')[0]}?name=NAME\n"), (status, body));
    }

    [Theory]
    [InlineData("/v1/get?name=web&reveal=true")]
    [InlineData("/v1/watch?name=web&reveal=true")]
    public async Task Private_material_is_not_told_over_tcp(string path)
    {
        await using var harness = await AdminHarness.StartAsync(unix: false);
        harness.Provider.Set("web", Password);

        var (status, body) = await harness.HttpAsync(path);

        Assert.Equal(403, status);
        Assert.StartsWith("private material is told over a Unix socket only", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_being_asked_nothing_private_is_told()
    {
        await using var harness = await AdminHarness.StartAsync(unix: false);
        harness.Provider.Set("web", Password);

        var (_, body) = await harness.HttpAsync("/v1/get?name=web");

        Assert.DoesNotContain("material", body, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("hunter2"u8), body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_page_that_rebinds_its_name_is_refused()
    {
        await using var harness = await AdminHarness.StartAsync(unix: false);

        Assert.Equal((421, "ask by IP address or as localhost\n"), await harness.HttpAsync("/v1/get?name=web", host: "evil.example"));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::1]:9901")]
    public async Task An_address_or_localhost_is_answered(string host)
    {
        await using var harness = await AdminHarness.StartAsync(unix: false);

        Assert.Equal(200, (await harness.HttpAsync("/v1/get?name=web", host)).Status);
    }

    [Theory]
    [InlineData("/v1/get?name=web")]
    [InlineData("/v1/watch")]
    [InlineData("/v1/explain?name=web")]
    public async Task Beyond_loopback_only_probes_are_answered(string path)
    {
        await using var harness = await AdminHarness.StartAsync(unix: false, address: "0.0.0.0:0");

        Assert.Equal(404, (await harness.HttpAsync(path)).Status);
        Assert.Equal(200, (await harness.HttpAsync("/healthz")).Status);
    }

    [Fact]
    public async Task An_unknown_path_is_not_found()
    {
        await using var harness = await AdminHarness.StartAsync(unix: false);

        Assert.Equal(404, (await harness.HttpAsync("/v1/everything")).Status);
    }

    [Fact]
    public async Task An_open_watch_does_not_hold_up_the_end()
    {
        await using var harness = await AdminHarness.StartAsync();
        harness.Provider.Set("web", Password);
        var watch = harness.AskAsync("watch", "web");
        await harness.Run.Output.WhenContainsAsync("web");

        await harness.StopServerAsync();

        Assert.Equal(3, await watch);
    }

    [Fact]
    public async Task The_longest_time_out_that_can_be_written_is_taken()
    {
        await using var harness = await AdminHarness.StartAsync(unix: false);

        Assert.Equal(200, (await harness.HttpAsync($"/v1/get?name=web&timeoutMs={uint.MaxValue}")).Status);
    }

    [Fact]
    public async Task Without_a_time_out_a_pending_name_is_waited_for_ten_seconds()
    {
        await using var harness = await AdminHarness.StartAsync(unix: false);
        harness.Provider.SetStatus("web", SecretStatus.Pending);
        var clock = (ManualTimeProvider)harness.Run.Time;
        var answer = harness.HttpAsync("/v1/get?name=web");
        await clock.WaitForTimersAsync();
        Assert.Equal([TimeSpan.FromSeconds(10)], clock.ActiveDelays);

        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Contains("\"status\":\"Pending\"", (await answer).Body, StringComparison.Ordinal);
    }
}
