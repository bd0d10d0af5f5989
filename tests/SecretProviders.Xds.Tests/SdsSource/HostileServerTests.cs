using System.Buffers;
using Google.Protobuf;
using SecretProviders.AspNetCore.Grpc;
using SecretProviders.Testing;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>What a server may do wrong, on the wire.</summary>
public sealed class HostileServerTests : SdsSourceTest
{
    [Fact]
    public async Task Endless_stream_of_identical_updates_is_one_state_one_line_and_no_busy_loop()
    {
        var sent = 0;
        Server.Handler = async call =>
        {
            await ReadAsync(call);
            while (await FakeSdsStream.WriteAsync(call, Response(++sent, "token", "same")))
            {
            }
        };
        var reader = Watch(Source(), "token");
        await reader.NextAsync();

        await WhenLoggedAsync("SdsServerRepeats");
        var acknowledged = Volatile.Read(ref sent);
        for (var step = 0; step < 5; step++)
        {
            await Clock.WaitForTimersAsync();
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(reader.HasNews);
        Assert.Single(Logs.Entries, static entry => entry.EventId.Name == "SdsServerRepeats");
        Assert.True(acknowledged > 0);
    }

    [Fact]
    public async Task Update_behind_a_flood_arrives()
    {
        Server.Handler = async call =>
        {
            await ReadAsync(call);
            for (var nonce = 1; nonce < 20; nonce++)
            {
                await FakeSdsStream.WriteAsync(call, Response(nonce, "token", "same"));
            }

            await FakeSdsStream.WriteAsync(call, Response(20, "token", "new"));
            await Task.Delay(Timeout.InfiniteTimeSpan, call.CancellationToken);
        };
        var reader = Watch(Source(), "token");
        await reader.NextAsync();

        Assert.Equal("new", Text(await PassUntilAsync<SecretState.Found>(reader)));
        Assert.Equal(2, reader.History.Length);
    }

    [Fact]
    public async Task Server_that_resends_at_once_what_was_refused_is_not_answered_at_once_for_ever()
    {
        var refused = 0;
        Server.Handler = async call =>
        {
            for (var nonce = 1; await ReadAsync(call) is { } request; nonce++)
            {
                refused += request.ErrorDetail is null ? 0 : 1;
                await FakeSdsStream.WriteAsync(call, Responses.List($"{nonce}", "v1", Responses.Unsound("token")));
            }
        };
        var reader = Watch(Source(), "token");
        Assert.IsType<SecretState.Invalid>(await reader.NextAsync());

        await WhenLoggedAsync("SdsServerRepeats");

        Assert.InRange(Volatile.Read(ref refused), 1, 4);
        Assert.False(reader.HasNews);
        Assert.Single(Logs.Entries, static entry => entry.EventId.Name == "SdsResponseRefused");
    }

    [Fact]
    public async Task Half_a_message_and_then_silence_is_an_outage_and_no_absence()
    {
        Server.Handler = async call =>
        {
            await ReadAsync(call);
            await WriteHalfAsync(call);
            await Task.Delay(Timeout.InfiniteTimeSpan, call.CancellationToken);
        };
        var reader = Watch(Source(), "token");

        var state = await PassUntilAsync<SecretState>(reader);

        Assert.IsType<SecretState.Unavailable>(state);
    }

    [Fact]
    public async Task Stream_that_is_stuck_in_the_middle_of_a_message_is_opened_anew()
    {
        var stuck = true;
        Server.Handler = async call =>
        {
            await ReadAsync(call);
            await FakeSdsStream.WriteAsync(call, Response(1, "token", stuck ? "one" : "two"));
            if (stuck)
            {
                stuck = false;
                await WriteHalfAsync(call);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, call.CancellationToken);
        };
        var reader = Watch(Source(), "token");
        Assert.Equal("one", Text(await reader.NextAsync()));

        Assert.Equal("two", Text(await PassUntilAsync<SecretState.Found>(reader)));
    }

    [Fact]
    public async Task Names_that_nobody_asked_for_are_one_line_and_no_answer()
    {
        Server.Handler = async call =>
        {
            for (var nonce = 1; await ReadAsync(call) is not null && nonce < 3; nonce++)
            {
                await FakeSdsStream.WriteAsync(call, Response(nonce, $"other-{nonce}", "x"));
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, call.CancellationToken);
        };
        var reader = Watch(Source(), "token");
        Assert.False(reader.HasNews);
        await WhenLoggedAsync("SdsForeignName");

        Assert.IsType<SecretState.NotFound>(await PassUntilAsync<SecretState>(reader));

        Assert.Contains("other-1", Assert.Single(Logs.Entries, static entry => entry.EventId.Name == "SdsForeignName").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Response_that_is_too_large_is_told_and_not_read()
    {
        Server.Put("token", new GenericSecret(SensitiveBytes.Copy(new byte[100 * 1024])));

        var state = await PassUntilAsync<SecretState.Unavailable>(Watch(Source(static options => options.MaxResponseBytes = 64 * 1024), "token"));

        Assert.Contains("larger than the limit of 65536", state.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_without_the_variant_is_told_with_the_remedy()
    {
        Server.Handler = static _ => throw new GrpcException(GrpcStatusCode.Unimplemented, "unknown method DeltaSecrets");

        var state = Assert.IsType<SecretState.Unavailable>(await Watch(Source(static options => options.Delta = true), "token").NextAsync());

        Assert.True(state.Definite);
        Assert.Contains("'delta'", state.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Socket_path_that_is_a_regular_file_is_a_definite_outage_with_its_place()
    {
        var path = Path.Combine(Server.Folder, "regular");
        await File.WriteAllTextAsync(path, "I am no socket");

        var state = Assert.IsType<SecretState.Unavailable>(await Watch(Source(null, $"unix:{path}"), "token").NextAsync());

        Assert.True(state.Definite);
        Assert.Contains(path, state.Error, StringComparison.Ordinal);
        Assert.Equal("I am no socket", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Socket_that_is_not_there_is_a_definite_outage()
    {
        var state = Assert.IsType<SecretState.Unavailable>(await Watch(Source(null, "unix:/nowhere/sds.sock"), "token").NextAsync());

        Assert.True(state.Definite);
        Assert.Contains("unix:/nowhere/sds.sock", state.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_ends_every_stream_at_once_is_met_with_back_off()
    {
        Server.Handler = static async call => await ReadAsync(call);
        var reader = Watch(Source(), "token");

        Assert.IsType<SecretState.Unavailable>(await reader.NextAsync());

        Assert.Equal(2, Server.Opened);
    }

    private static async Task WriteHalfAsync(GrpcServerCall call)
    {
        var message = Response(2, "token", "half").ToByteArray();
        await call.WriteAsync(
            message.Length,
            message,
            static (bytes, writer) => writer.Write(bytes.AsSpan(0, bytes.Length / 2)),
            call.CancellationToken);
    }

    private Task WhenLoggedAsync(string name) => WhenAsync(() => Logs.Entries.Any(entry => entry.EventId.Name == name), name);
}
