using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Spiffe;
using SecretProviders.Testing;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Protos.Workload;
using static SecretProviders.Xds.Tests.Spiffe.SpiffeFixture;

namespace SecretProviders.Xds.Tests.Spiffe;

/// <summary>What becomes of each message: it is read only when it says something new, and wiped in any case.</summary>
public sealed class WorkloadMessagesTests : IAsyncLifetime
{
    private const int Many = 100;
    private readonly ConcurrentQueue<X509SVIDResponse> _messages = new();
    private SpiffeFixture _fixture = null!;
    private int _reads;

    public async ValueTask InitializeAsync() => _fixture = await StartAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Keys_are_wiped_whatever_the_message_says()
    {
        var sound = Svids.Response(Svids.Make(_fixture.Authority, Web), Svids.Make(_fixture.Authority, Db));
        var unsound = Svids.Response(Svids.Make(_fixture.Authority, Web), Svids.Make("no SPIFFE ID", _fixture.Authority.Issue().Secret, _fixture.Authority));

        await SendAsync([sound, sound, unsound, unsound]);

        Assert.Equal(5, _messages.Count(static message => message.Svids.Count > 0));
        Assert.All(_messages.SelectMany(static message => message.Svids), static svid => Assert.All(svid.X509SvidKey, static value => Assert.Equal(0, value)));
    }

    [Fact]
    public async Task Message_that_repeats_the_last_is_not_read_again()
    {
        var same = Svids.Response(Svids.Make(_fixture.Authority, Web));

        await SendAsync(Enumerable.Repeat(same, Many));

        Assert.Equal(2, _reads);
    }

    // One more message after these tells that all have been taken in.
    private async Task SendAsync(IEnumerable<X509SVIDResponse> messages)
    {
        var last = Svids.Make(_fixture.Authority, Web);
        _fixture.Server.Handler = async call =>
        {
            foreach (var message in messages.Append(Svids.Response(last)))
            {
                await FakeWorkloadServer.SendAsync(call, message);
            }

            await Task.Delay(Timeout.Infinite, call.CancellationToken);
        };
        using var api = new WorkloadApi(_fixture.Server.Socket, _fixture.Options.Timeout, _fixture.Clock);

        // Its disposal waits until the last message, which was told before it is wiped, is done with.
        await using var stream = Stream(api);
        await using var web = new SecretStateReader(stream, new SecretReference(Web));
        await web.WaitForAsync<SecretState.Found>(found => Svids.Der(((TlsCertificate)found.Secret).Chain).Equals(last.X509Svid));
    }

    private WorkloadStream<X509SVIDRequest, X509SVIDResponse> Stream(WorkloadApi api)
    {
        var method = new GrpcMethod<X509SVIDRequest, X509SVIDResponse>("SpiffeWorkloadAPI", IWorkloadServer.Svids, new MessageParser<X509SVIDResponse>(Make));
        var reader = new SvidReader("spire", new BundleReader("spire", flat: false));
        return new("spire", _fixture.Options, api, method, Read, SvidReader.Wipe, static () => { }, _fixture.Clock, NullLogger.Instance);

        WorkloadAnswer Read(X509SVIDResponse response, WorkloadAnswer? previous)
        {
            _reads++;
            return reader.Read(response, previous);
        }
    }

    private X509SVIDResponse Make()
    {
        var message = new X509SVIDResponse();
        _messages.Enqueue(message);
        return message;
    }
}
