using System.Text;
using System.Text.Json;
using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Tests.Client;

public sealed class WatchReaderTests
{
    private const string Added = """{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"1"}}}""";
    private const string Modified = """{"object":{"metadata":{"resourceVersion":"2","name":"a"}},"type":"MODIFIED"}""";
    private const string Deleted = """{"type":"DELETED","object":{"metadata":{"name":"a","resourceVersion":"3"}}}""";
    private const string Bookmark = """{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"4","annotations":{"k8s.io/initial-events-end":"true"}}}}""";

    public static TheoryData<int> Chunks => [1, 2, 5, 33, 100_000];

    [Theory]
    [MemberData(nameof(Chunks))]
    public async Task Events_arrive_in_order_however_the_bytes_come(int chunk)
    {
        var events = await ReadAsync($"{Added}\n{Modified}\r\n\n{Deleted}\n{Bookmark}\n", chunk);

        Assert.Equal(
            [
                (WatchEventType.Added, "a", "1", false), (WatchEventType.Modified, "a", "2", false),
                (WatchEventType.Deleted, "a", "3", false), (WatchEventType.Bookmark, "", "4", true),
            ],
            events);
    }

    [Fact]
    public async Task Event_that_is_cut_in_half_is_no_event()
    {
        var seen = new Recorder();

        for (var length = 1; length < Modified.Length; length++)
        {
            seen.Events.Clear();
            await Assert.ThrowsAsync<IOException>(() => ReadAsync($"{Added}\n{Modified[..length]}", 16, seen));
            Assert.Single(seen.Events);
        }
    }

    [Fact]
    public async Task Event_of_an_unknown_sort_is_passed_over()
    {
        var events = await ReadAsync("{\"type\":\"RENAMED\",\"object\":{\"metadata\":{\"name\":\"x\"}}}\n" + Added + "\n", 100);

        Assert.Equal("a", Assert.Single(events).Name);
    }

    [Theory]
    [InlineData(410, "Expired", true)]
    [InlineData(410, "Gone", true)]
    [InlineData(500, "Expired", true)]
    [InlineData(500, "InternalError", false)]
    public async Task Error_event_ends_the_watch_with_its_status(int code, string reason, bool gone)
    {
        var line = $$$"""{"object":{"kind":"Status","message":"too old resource version: 1 (2)","details":{"retryAfterSeconds":3},"reason":"{{{reason}}}","code":{{{code}}} },"type":"ERROR"}""" + "\n";

        var exception = await Assert.ThrowsAsync<ApiException>(() => ReadAsync(line, 10));

        Assert.Equal((code, reason, gone, TimeSpan.FromSeconds(3)), (exception.Code, exception.Reason, exception.IsGone, exception.RetryAfter));
        Assert.Contains("too old resource version", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_event_without_a_status_is_an_error_all_the_same()
    {
        var exception = await Assert.ThrowsAsync<ApiException>(() => ReadAsync("{\"type\":\"ERROR\",\"object\":{}}\n", 100));

        Assert.Equal(500, exception.Code);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{\"type\":\"ADDED\"}")]
    [InlineData("{\"type\":7,\"object\":{}}")]
    [InlineData("{\"type\":\"ADDED\",\"object\":[]}")]
    public async Task Line_that_is_no_event_is_refused(string line) => await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(line + "\n", 100));

    [Fact]
    public async Task Event_larger_than_the_first_buffer_is_read_whole()
    {
        var name = new string('n', 200_000);

        var events = await ReadAsync($$$"""{"object":{"metadata":{"name":"{{{name}}}"} },"type":"ADDED"}""" + $"\n{Added}\n", 4000);

        Assert.Equal([name, "a"], events.Select(static one => one.Name));
    }

    [Fact]
    public async Task Line_above_the_limit_is_refused() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(new string(' ', 100_000), 4000, limit: 50_000));

    private static async Task<List<(WatchEventType Type, string Name, string Version, bool Ends)>> ReadAsync(
        string text, int chunk, Recorder? recorder = null, int limit = WireBuffer.DefaultLimit)
    {
        recorder ??= new Recorder();
        await using var stream = new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk);
        using var buffer = new WireBuffer(stream, limit);
        await new WatchReader(buffer, recorder).ReadAsync(TestContext.Current.CancellationToken);
        return recorder.Events;
    }

    private sealed class Recorder : IWatchHandler
    {
        public List<(WatchEventType Type, string Name, string Version, bool Ends)> Events { get; } = [];

        public void Opened()
        {
        }

        public void Handle(WatchEventType type, RawObject item)
        {
            var metadata = ObjectMetadata.Read(item);
            Events.Add((type, metadata.Name, metadata.ResourceVersion, metadata.EndsInitialEvents));
        }
    }
}
