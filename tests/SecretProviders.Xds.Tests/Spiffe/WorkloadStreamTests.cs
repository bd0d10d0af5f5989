using System.Buffers.Binary;
using Google.Protobuf;
using SecretProviders.AspNetCore.Grpc;
using SecretProviders.Testing;
using static SecretProviders.Xds.Tests.Spiffe.SpiffeFixture;

namespace SecretProviders.Xds.Tests.Spiffe;

/// <summary>What goes over the connection, and what the source makes of a peer that misbehaves.</summary>
public sealed class WorkloadStreamTests
{
    private const int Many = 2000;
    private const int Comers = 4;
    private const int Visits = 100;

    [Fact]
    public async Task Every_call_carries_the_header_that_the_endpoint_demands()
    {
        await using var fixture = await StartAsync();

        await fixture.Open(Web).WaitForAsync<SecretState.Found>();

        Assert.Equal("true", fixture.Server.Marker);
    }

    [Fact]
    public async Task Agent_is_reached_over_tcp_too()
    {
        await using var fixture = await StartAsync();
        fixture.Options.Socket = fixture.Server.TcpSocket;

        await fixture.Open(Web).WaitForAsync<SecretState.Found>();
    }

    [Fact]
    public async Task Any_number_of_names_and_watchers_cost_one_stream_each_over_one_connection()
    {
        await using var fixture = await StartAsync();
        string[] keys = ["default", Web, Db, "ROOTCA", "spiffe://example.org/nobody", "ALL", Domain, "spiffe://example.net"];

        foreach (var reader in keys.Concat(keys).Select(key => fixture.Open(key)).ToArray())
        {
            await reader.NextAsync();
        }

        Assert.Equal((1, 1), (fixture.Server.Calls(IWorkloadServer.Svids), fixture.Server.Calls(IWorkloadServer.Bundles)));
        Assert.Single(fixture.Server.Connections);
    }

    [Fact]
    public async Task Stream_that_nobody_watches_is_closed_and_the_other_stays()
    {
        await using var fixture = await StartAsync();
        var web = fixture.Open(Web);
        var bundle = fixture.Open(Domain);
        await web.WaitForAsync<SecretState.Found>();
        await bundle.WaitForAsync<SecretState.Found>();

        await web.DisposeAsync();
        await fixture.Server.WhenOpenAsync(IWorkloadServer.Svids, 0);

        Assert.Equal(1, fixture.Server.Open(IWorkloadServer.Bundles));
    }

    [Fact]
    public async Task Watchers_that_come_and_go_at_once_are_all_answered_and_leave_nothing_open()
    {
        await using var fixture = await StartAsync();
        string[] keys = [Web, Db, "default", Domain, "ALL"];
        var source = fixture.Source;

        await Task.WhenAll(Enumerable.Range(0, Comers).Select(comer => Task.Run(async () =>
        {
            for (var visit = 0; visit < Visits; visit++)
            {
                await using var reader = new SecretStateReader(source, new SecretReference(keys[(comer + visit) % keys.Length]));
                await reader.WaitForAsync<SecretState.Found>();
                Assert.Single(reader.History);
            }
        })));

        await fixture.Server.WhenOpenAsync(IWorkloadServer.Svids, 0);
        await fixture.Server.WhenOpenAsync(IWorkloadServer.Bundles, 0);
        Assert.Single(fixture.Server.Connections);
    }

    [Fact]
    public async Task Name_that_is_asked_later_is_answered_from_the_stream_that_is_open()
    {
        await using var fixture = await StartAsync();
        await fixture.Open(Web).WaitForAsync<SecretState.Found>();

        await fixture.Open(Db).WaitForAsync<SecretState.Found>();

        Assert.Equal(1, fixture.Server.Calls(IWorkloadServer.Svids));
    }

    [Fact]
    public async Task Wrong_kind_is_said()
    {
        await using var fixture = await StartAsync();

        var invalid = Assert.IsType<SecretState.Invalid>(await fixture.Open(Web, SecretKind.ValidationContext).NextAsync());

        Assert.Equal(SecretProblemCode.WrongKind, invalid.Problem.Code);
    }

    [Fact]
    public async Task Key_that_is_none_is_answered_without_an_agent()
    {
        await using var fixture = await StartAsync(listen: false);

        Assert.Equal(SecretProblemCode.BadName, Assert.IsType<SecretState.Invalid>(await fixture.Open("../default").NextAsync()).Problem.Code);
    }

    [Fact]
    public async Task Endless_identical_updates_are_one_state()
    {
        await using var fixture = await StartAsync();
        var same = Svids.Response(Svids.Make(fixture.Authority, Web));
        var last = Svids.Make(fixture.Authority, Web);
        fixture.Server.Handler = async call =>
        {
            for (var i = 0; i < Many; i++)
            {
                await FakeWorkloadServer.SendAsync(call, same);
            }

            await FakeWorkloadServer.SendAsync(call, Svids.Response(last));
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
        };
        var web = fixture.Open(Web);

        await web.WaitForAsync<SecretState.Found>(found => Svids.Der(((TlsCertificate)found.Secret).Chain).Equals(last.X509Svid));

        Assert.Equal(2, web.History.Length);
    }

    [Fact]
    public async Task Half_a_message_and_then_silence_is_no_answer_within_the_time()
    {
        var clock = new ManualTimeProvider();
        await using var fixture = await StartAsync(clock);
        var written = new TaskCompletionSource();
        fixture.Server.Handler = async call =>
        {
            await WriteHalfAsync(call, Svids.Response(Svids.Make(fixture.Authority, Web)));
            written.SetResult();
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
        };
        var web = fixture.Open(Web);
        Assert.False(web.HasNews);
        await written.Task;

        clock.Advance(fixture.Options.Timeout);

        Assert.IsType<SecretState.Unavailable>(await web.NextAsync());
    }

    [Fact]
    public async Task Half_a_message_and_then_the_end_takes_nothing_back_and_is_asked_again()
    {
        await using var fixture = await StartAsync();
        var web = fixture.Open(Web);
        var found = await web.WaitForAsync<SecretState.Found>();
        fixture.Server.Handler = call => WriteHalfAsync(call, Svids.Response(Svids.Make(fixture.Authority, Web)));

        await fixture.Server.SilenceAsync();

        Assert.Equal(found, (await web.WaitForAsync<SecretState.Unavailable>(static outage => outage.Error.Contains("middle of a message", StringComparison.Ordinal))).LastGood);
        fixture.Server.Handler = null;
        await fixture.Server.FailAsync(null);
        await web.WaitForAsync<SecretState.Found>();
    }

    [Fact]
    public async Task Stream_that_is_stuck_in_the_middle_of_a_message_is_an_outage_and_opened_anew()
    {
        var clock = new ManualTimeProvider();
        await using var fixture = await StartAsync(clock);
        var written = new TaskCompletionSource();
        fixture.Server.Handler = async call =>
        {
            await FakeWorkloadServer.SendAsync(call, Svids.Response(Svids.Make(fixture.Authority, Web)));
            await WriteHalfAsync(call, Svids.Response(Svids.Make(fixture.Authority, Web)));
            written.TrySetResult();
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
        };
        var web = fixture.Open(Web);
        var found = Assert.IsType<SecretState.Found>(await web.NextAsync());
        await written.Task;
        while (!web.HasNews)
        {
            clock.Advance(fixture.Options.Timeout);
            await Task.Yield();
        }

        Assert.Equal(found, Assert.IsType<SecretState.Unavailable>(await web.NextAsync()).LastGood);
    }

    [Fact]
    public async Task Message_beyond_the_limit_is_an_outage_with_its_size()
    {
        await using var fixture = await StartAsync();
        fixture.Server.Handler = static async call => await FakeWorkloadServer.SendAsync(call, new Protos.Workload.X509SVIDResponse { Crl = { ByteString.CopyFrom(new byte[5_000_000]) } });

        var outage = Assert.IsType<SecretState.Unavailable>(await fixture.Open(Web).NextAsync());

        Assert.Contains("larger than the limit", outage.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_message_are_an_outage()
    {
        await using var fixture = await StartAsync();
        fixture.Server.Handler = static async call => await call.WriteAsync(3, new byte[] { 0xFF, 0xFF, 0xFF }, static (bytes, writer) => System.Buffers.BuffersExtensions.Write(writer, bytes), call.CancellationToken);

        Assert.Contains("is not a", Assert.IsType<SecretState.Unavailable>(await fixture.Open(Web).NextAsync()).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_that_ends_in_order_is_asked_again_and_is_no_outage()
    {
        await using var fixture = await StartAsync();
        var calls = 0;
        fixture.Server.Handler = async call =>
        {
            await FakeWorkloadServer.SendAsync(call, Svids.Response(Svids.Make(fixture.Authority, Web)));
            if (Interlocked.Increment(ref calls) == 3)
            {
                await Task.Delay(Timeout.Infinite, call.CancellationToken);
            }
        };
        var web = fixture.Open(Web);
        await web.NextAsync();

        await fixture.Server.WhenCalledAsync(IWorkloadServer.Svids, 3);
        await web.NextAsync();

        Assert.All(web.History, static state => Assert.IsType<SecretState.Found>(state));
    }

    [Fact]
    public async Task Stream_that_ends_without_an_answer_is_an_outage()
    {
        await using var fixture = await StartAsync();
        fixture.Server.Handler = static _ => Task.CompletedTask;

        Assert.Contains("without an answer", Assert.IsType<SecretState.Unavailable>(await fixture.Open(Web).NextAsync()).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GrpcStatusCode.InvalidArgument)]
    [InlineData(GrpcStatusCode.Unimplemented)]
    public async Task Who_does_not_speak_the_api_is_asked_again_after_an_hour_only(GrpcStatusCode status)
    {
        var clock = new ManualTimeProvider();
        await using var fixture = await StartAsync(clock);
        await fixture.Server.FailAsync(status);
        var web = fixture.Open(Web);
        Assert.True(Assert.IsType<SecretState.Unavailable>(await web.NextAsync()).Definite);
        await fixture.Server.FailAsync(null);
        await WhenWaitingAsync(clock, static wait => wait > TimeSpan.FromMinutes(59));

        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(1, fixture.Server.Calls(IWorkloadServer.Svids));
        clock.Advance(TimeSpan.FromMinutes(2));

        await web.WaitForAsync<SecretState.Found>();
    }

    [Fact]
    public async Task Agent_that_is_not_there_is_a_definite_outage_until_it_comes()
    {
        await using var fixture = await StartAsync(listen: false);
        var web = fixture.Open(Web);

        var outage = Assert.IsType<SecretState.Unavailable>(await web.NextAsync());
        await fixture.Server.StartAsync();

        Assert.True(outage.Definite);
        Assert.Contains("There is no socket at unix://", outage.Error, StringComparison.Ordinal);
        await web.WaitForAsync<SecretState.Found>();
    }

    [Fact]
    public async Task Socket_that_is_a_regular_file_is_a_definite_outage_with_words()
    {
        await using var fixture = await StartAsync(listen: false);
        await File.WriteAllTextAsync(fixture.Server.Path, "no socket");

        var outage = Assert.IsType<SecretState.Unavailable>(await fixture.Open(Web).NextAsync());

        Assert.True(outage.Definite);
        Assert.Contains("this is no socket", outage.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_another_name_during_an_outage_hears_of_it_at_once()
    {
        var clock = new ManualTimeProvider();
        await using var fixture = await StartAsync(clock, listen: false);
        await fixture.Open(Web).WaitForAsync<SecretState.Unavailable>();

        Assert.Contains("There is no socket", Assert.IsType<SecretState.Unavailable>(await fixture.Open(Db).NextAsync()).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outage_that_nobody_watched_any_more_is_not_told_to_who_comes_later()
    {
        var clock = new ManualTimeProvider();
        await using var fixture = await StartAsync(clock, listen: false);
        var early = fixture.Open(Web);
        await early.WaitForAsync<SecretState.Unavailable>();
        var wait = await WhenWaitingAsync(clock, static wait => wait < TimeSpan.FromMinutes(1));
        await early.DisposeAsync();
        await fixture.Server.StartAsync();

        // On a thread of its own the source goes on before this returns.
        await Task.Run(() => clock.Advance(wait));

        Assert.IsType<SecretState.Found>(await fixture.Open(Web).NextAsync());
    }

    [Fact]
    public async Task Stream_that_waits_follows_as_soon_as_the_other_is_answered()
    {
        var clock = new ManualTimeProvider();
        await using var fixture = await StartAsync(clock);
        await fixture.Server.FailAsync(GrpcStatusCode.Unimplemented);
        var domain = fixture.Open(Domain);
        await domain.WaitForAsync<SecretState.Unavailable>();
        await WhenWaitingAsync(clock, static wait => wait > TimeSpan.FromMinutes(59));
        await fixture.Server.FailAsync(null);

        await fixture.Open(Web).WaitForAsync<SecretState.Found>();

        await domain.WaitForAsync<SecretState.Found>();
    }

    [Fact]
    public async Task Refresh_asks_an_agent_that_is_away_at_once()
    {
        var clock = new ManualTimeProvider();
        await using var fixture = await StartAsync(clock);
        await fixture.Server.FailAsync(GrpcStatusCode.Unimplemented);
        var web = fixture.Open(Web);
        await web.WaitForAsync<SecretState.Unavailable>();
        await WhenWaitingAsync(clock, static wait => wait > TimeSpan.FromMinutes(59));
        await fixture.Server.FailAsync(null);

        await ((IRefreshableSecretSource)fixture.Source).RefreshAsync();

        await web.WaitForAsync<SecretState.Found>();
    }

    private static async Task WriteHalfAsync(GrpcServerCall call, IMessage message)
    {
        var frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - 5);
        message.WriteTo(frame.AsSpan(5));
        await call.Context.Response.BodyWriter.WriteAsync(frame.AsMemory(0, frame.Length / 2), call.CancellationToken);
    }
}
