using System.Text;
using System.Text.Json;
using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Tests.Client;

public sealed class ListReaderTests
{
    private const string TwoItems =
        """{"kind":"SecretList","apiVersion":"v1","metadata":{"resourceVersion":"41","continue":"next","remainingItemCount":7},"items":[{"metadata":{"name":"a"},"data":{"k":"dg=="}},{"metadata":{"name":"b"},"data":null}]}""";

    public static TheoryData<int> Chunks => [1, 2, 3, 7, 64, 100_000];

    [Theory]
    [MemberData(nameof(Chunks))]
    public async Task Items_arrive_in_order_however_the_bytes_come(int chunk)
    {
        var (page, names) = await ReadAsync(TwoItems, chunk);

        Assert.Equal(["a", "b"], names);
        Assert.Equal(new ListPage("41", "next"), page);
    }

    [Theory]
    [InlineData("""{"metadata":{"resourceVersion":"5"},"items":[]}""")]
    [InlineData("""{"metadata":{"resourceVersion":"5","continue":""},"items":null}""")]
    [InlineData("""{"items":[],"metadata":{"continue":null,"resourceVersion":"5"}}""")]
    [InlineData("""  {"metadata":{"resourceVersion":"5"},"items":[]}  """)]
    public async Task Empty_list_has_its_version(string json)
    {
        var (page, names) = await ReadAsync(json, 5);

        Assert.Empty(names);
        Assert.Equal(new ListPage("5", null), page);
    }

    [Fact]
    public async Task Items_before_the_metadata_are_read_too()
    {
        var (page, names) = await ReadAsync("""{"items":[{"metadata":{"name":"a"}}],"metadata":{"resourceVersion":"9"}}""", 4);

        Assert.Equal(["a"], names);
        Assert.Equal("9", page.ResourceVersion);
    }

    [Fact]
    public async Task Every_prefix_of_a_list_is_an_end_in_the_middle()
    {
        for (var length = 0; length < TwoItems.Length; length++)
        {
            await Assert.ThrowsAsync<IOException>(() => ReadAsync(TwoItems[..length], 16));
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"items\":[1]}")]
    [InlineData("{\"items\":[null]}")]
    [InlineData("{\"metadata\":[],\"items\":[]}")]
    [InlineData("<html>sign in</html>")]
    [InlineData("{}")]
    [InlineData("{\"items\":[]}")]
    [InlineData("{\"metadata\":{\"resourceVersion\":\"5\"}}")]
    [InlineData("{\"metadata\":{\"resourceVersion\":\"5\"},\"items\":{}}")]
    public async Task What_is_no_list_is_refused(string json) => await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(json, 100));

    [Fact]
    public async Task Object_above_the_limit_is_refused()
    {
        var json = $$$"""{"items":[{"metadata":{"name":"{{{new string('x', 40_000)}}}"}}]}""";

        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(json, 1000, limit: 20_000));
    }

    [Fact]
    public async Task Deeply_nested_metadata_is_read()
    {
        var deep = new string('[', 150) + new string(']', 150);

        var (_, names) = await ReadAsync($$$"""{"items":[{"metadata":{"managedFields":{{{deep}}},"name":"a"}}],"metadata":{"resourceVersion":"9"}}""", 10);

        Assert.Equal(["a"], names);
    }

    // A list of any length passes through a buffer as large as its largest item.
    [Fact]
    public async Task Long_list_is_never_held_as_a_whole()
    {
        var items = string.Join(',', Enumerable.Range(0, 20_000).Select(static i => $$$"""{"metadata":{"name":"s{{{i}}}"},"data":{"v":"{{{new string('A', 400)}}}"}}"""));

        var (_, names) = await ReadAsync($$$"""{"items":[{{{items}}}],"metadata":{"resourceVersion":"9"}}""", 8192, limit: 32 * 1024);

        Assert.Equal(20_000, names.Count);
    }

    private static async Task<(ListPage Page, List<string> Names)> ReadAsync(string json, int chunk, int limit = WireBuffer.DefaultLimit)
    {
        var names = new List<string>();
        await using var stream = new ChunkedStream(Encoding.UTF8.GetBytes(json), chunk);
        using var buffer = new WireBuffer(stream, limit);
        var page = await new ListReader(buffer, item => names.Add(ObjectMetadata.Read(item).Name)).ReadAsync(TestContext.Current.CancellationToken);
        return (page, names);
    }
}
