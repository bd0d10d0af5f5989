using SecretProviders.AspNetCore.Grpc;
using SecretProviders.Testing;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>Istio's agent ends a whole stream with UNKNOWN when it cannot make one of the secrets.</summary>
public sealed class FaultyNameTests : SdsSourceTest
{
    [Theory]
    [InlineData(GrpcStatusCode.Unknown, false)]
    [InlineData(GrpcStatusCode.Unknown, true)]
    [InlineData(GrpcStatusCode.FailedPrecondition, false)]
    [InlineData(GrpcStatusCode.Internal, false)]
    [InlineData(GrpcStatusCode.ResourceExhausted, false)]
    [InlineData(GrpcStatusCode.ResourceExhausted, true)]
    public async Task Name_that_its_server_cannot_make_is_Unavailable_alone(GrpcStatusCode code, bool delta)
    {
        Server.Put("default", Generic("svid"));
        Server.Put("ROOTCA", Generic("bundle"));
        Server.Refuse("bad", new GrpcStatus(code, "failed to generate secret"));
        var source = Source(options => options.Delta = delta);
        var svid = Watch(source, "default");
        var bundle = Watch(source, "ROOTCA");
        await svid.NextAsync();
        await bundle.NextAsync();

        var bad = Assert.IsType<SecretState.Unavailable>(await Watch(source, "bad").NextAsync());
        Server.Put("default", Generic("svid 2"));
        Server.Put("ROOTCA", Generic("bundle 2"));

        Assert.Contains("failed to generate secret", bad.Error, StringComparison.Ordinal);
        Assert.Equal(("svid 2", "bundle 2"), (Text(await svid.NextAsync()), Text(await bundle.NextAsync())));
        Assert.All([.. svid.History, .. bundle.History], static state => Assert.IsType<SecretState.Found>(state));
    }

    [Fact]
    public async Task Names_that_were_answered_stay_together()
    {
        var source = Source();
        for (var number = 0; number < 9; number++)
        {
            Server.Put($"good-{number}", Generic("good"));
            await Watch(source, $"good-{number}").NextAsync();
        }

        Server.Refuse("bad", new GrpcStatus(GrpcStatusCode.Unknown, "failed to generate secret"));
        Assert.IsType<SecretState.Unavailable>(await Watch(source, "bad").NextAsync());

        Assert.Single(Logs.Entries, static entry => entry.EventId.Name == "SdsStreamSplit");
    }

    [Fact]
    public async Task Name_is_found_once_its_server_can_make_it()
    {
        Server.Refuse("late", new GrpcStatus(GrpcStatusCode.Unknown, "not yet"));
        var reader = Watch(Source(), "late");
        Assert.IsType<SecretState.Unavailable>(await reader.NextAsync());

        Server.Put("late", Generic("made"));
        Server.Refuse("late", status: null);

        Assert.Equal("made", Text(await PassUntilAsync<SecretState.Found>(reader)));
    }

    [Fact]
    public async Task Server_that_served_well_before_it_went_has_no_quarrel_with_the_names()
    {
        var calls = 0;
        var going = new TaskCompletionSource();
        Server.Handler = async call =>
        {
            if (Interlocked.Increment(ref calls) > 1)
            {
                throw new GrpcException(GrpcStatusCode.Unavailable, "shutting down");
            }

            await Task.WhenAny(going.Task, AnswerAllAsync(call));
            throw new GrpcException(GrpcStatusCode.Unknown, "context canceled");
        };
        var source = Source();
        var (a, b) = (Watch(source, "a"), Watch(source, "b"));
        _ = b.HasNews;
        await a.NextAsync();
        await b.NextAsync();

        Clock.Advance(TimeSpan.FromMinutes(1));
        going.SetResult();

        await PassUntilAsync<SecretState.Unavailable>(a);
        await PassUntilAsync<SecretState.Unavailable>(b);
        Assert.DoesNotContain(Logs.Entries, static entry => entry.EventId.Name == "SdsStreamSplit");
    }

    [Fact]
    public async Task Server_that_can_make_nothing_is_not_hammered()
    {
        const int Names = 200;
        var source = Source();
        SecretStateReader[] readers = [.. Enumerable.Range(0, Names).Select(number =>
        {
            Server.Refuse($"name-{number}", new GrpcStatus(GrpcStatusCode.Unknown, "nothing works"));
            return Watch(source, $"name-{number}");
        })];
        Array.ForEach(readers, static reader => _ = reader.HasNews);

        foreach (var reader in readers)
        {
            Assert.IsType<SecretState.Unavailable>(await reader.NextAsync());
        }

        Assert.InRange(Server.Opened, 1, Names);
    }

    private static async Task AnswerAllAsync(GrpcServerCall call)
    {
        for (var nonce = 1; await ReadAsync(call) is { } request; nonce++)
        {
            await FakeSdsStream.WriteAsync(call, Responses.List($"{nonce}", "v", [.. request.ResourceNames.Select(static name => Responses.Sound(name, name))]));
        }
    }
}
