using System.Buffers;
using Google.Protobuf;
using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Discovery;
using static SecretProviders.Xds.Tests.Sds.SdsSession;

namespace SecretProviders.Xds.Tests.Sds;

/// <summary>How the reading of responses ends: told by the caller, or by a provider that has no more to say.</summary>
public sealed class SessionEndTests : IAsyncDisposable
{
    private readonly FakeSecretProvider _provider = new();
    private readonly ManualTimeProvider _time = new();
    private readonly SecretDiscoverySession _session;

    public SessionEndTests() => _session = new SecretDiscoverySession(_provider, new SecretConsumer("connection-1"), SecretDiscoveryProtocol.StateOfTheWorld, timeProvider: _time);

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Cancelled_reading_ends_also_while_more_is_due()
    {
        _provider.Set("a", Generic("one"));
        _provider.Set("b", Generic("two"));
        using var ending = new CancellationTokenSource();
        Ask("a", "b");
        var read = 0;

        await foreach (var _ in _session.ReadResponsesAsync(ending.Token))
        {
            read++;
            await ending.CancelAsync();
        }

        Assert.Equal(1, read);
    }

    [Fact]
    public async Task Cancelled_reading_tells_no_failure_of_the_provider()
    {
        _provider.Set("a", Generic("one"));
        using var ending = new CancellationTokenSource();
        Ask("a");

        await foreach (var _ in _session.ReadResponsesAsync(ending.Token))
        {
            await ending.CancelAsync();
            await _provider.DisposeAsync();
        }
    }

    [Fact]
    public async Task Disposed_session_ends_its_reader_before_the_first_request()
    {
        var reading = ReadToEndAsync(_session);

        await _session.DisposeAsync();

        await reading.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Disposed_session_ends_its_reader_without_a_failure()
    {
        _provider.Set("a", Generic("one"));
        Ask("a");
        var read = 0;

        await foreach (var _ in _session.ReadResponsesAsync())
        {
            read++;
            await _session.DisposeAsync();
        }

        Assert.Equal(1, read);
    }

    [Fact]
    public async Task Disposed_session_leaves_no_timer()
    {
        _provider.Set("a", Generic("one"));
        Ask("a");
        var responses = _session.ReadResponsesAsync().GetAsyncEnumerator();
        await responses.MoveNextAsync();
        var next = responses.MoveNextAsync();
        _provider.Set("a", Generic("two"));
        await _time.WaitForTimersAsync();

        await _session.DisposeAsync();

        Assert.False(await next);
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task End_of_the_provider_is_told_as_unavailable()
    {
        Ask("a");

        await _provider.DisposeAsync();

        var failure = await Assert.ThrowsAsync<SecretDiscoveryException>(() => ReadToEndAsync(_session).WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(GrpcStatusCode.Unavailable, failure.Status);
    }

    [Fact]
    public async Task Failure_of_the_provider_is_logged_and_told_as_internal_without_its_reason()
    {
        var logs = new LogCollector();
        await using var session = new SecretDiscoverySession(
            new BrokenProvider(), new SecretConsumer("connection-1"), SecretDiscoveryProtocol.StateOfTheWorld, logger: logs.CreateLogger("test"));
        session.Receive(ReadOnlySequence<byte>.Empty);

        var failure = await Assert.ThrowsAsync<SecretDiscoveryException>(() => ReadToEndAsync(session).WaitAsync(TimeSpan.FromSeconds(60)));

        Assert.Equal(GrpcStatusCode.Internal, failure.Status);
        Assert.DoesNotContain(BrokenProvider.Reason, failure.Message, StringComparison.Ordinal);
        Assert.Contains(3002, logs.EventIds);
    }

    private void Ask(params string[] names) =>
        _session.Receive(new ReadOnlySequence<byte>(new DiscoveryRequest { ResourceNames = { names } }.ToByteArray()));

    private static async Task ReadToEndAsync(SecretDiscoverySession session)
    {
        await foreach (var _ in session.ReadResponsesAsync())
        {
        }
    }

    /// <summary>A provider with a defect: its streams throw.</summary>
    private sealed class BrokenProvider : ISecretProvider, ISecretSubscription
    {
        public const string Reason = "inner matters";

        public SecretSnapshot Current(string name) => new(name, SecretStatus.Pending);

        public ValueTask<SecretSnapshot> GetAsync(string name, CancellationToken cancellationToken = default) => ValueTask.FromResult(Current(name));

        public ISecretSubscription Subscribe(SecretConsumer consumer, params IEnumerable<string> names) => this;

        public IAsyncEnumerable<SecretChangeBatch> ReadAllAsync(CancellationToken cancellationToken = default) => throw new InvalidOperationException(Reason);

        public void Update(IEnumerable<string> add, IEnumerable<string> remove)
        {
        }

        public void Report(string name, SecretVersion version, SecretOutcome outcome, string? detail = null)
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
