using SecretProviders.Sds;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>Names that leave, come back and move, at the moment when their stream does not know it yet.</summary>
public sealed class UpstreamStreamsTests
{
    private static readonly SecretReference Reference = new("a");
    private static readonly SecretState Absent = new SecretState.NotFound();

    private readonly List<FakeStream> _created = [];
    private readonly List<SecretState> _published = [];

    [Fact]
    public void Files_of_a_name_that_left_while_it_was_on_its_way_to_another_stream_are_left()
    {
        var streams = Streams(perName: false);
        streams.Watch(Reference);
        var files = new FakeNamedFiles();

        streams.Release(Reference);
        streams.Separate(_created[0], [new SubscribedName("a") { Files = files }]);

        Assert.True(files.IsLeft);
        Assert.Single(_created);
    }

    [Fact]
    public void Files_of_a_name_that_moves_go_with_it()
    {
        var streams = Streams(perName: false);
        streams.Watch(Reference);
        var files = new FakeNamedFiles();

        streams.Separate(_created[0], [new SubscribedName("a") { Files = files }]);

        Assert.False(files.IsLeft);
        Assert.Equal(["a"], _created[1].Adopted);
    }

    [Fact]
    public void Stream_that_a_name_has_left_says_nothing_about_it_any_more()
    {
        var streams = Streams(perName: true);
        streams.Watch(Reference);
        streams.Release(Reference);
        streams.Watch(Reference);

        streams.Publish(_created[0], "a", new SecretState.Unavailable("of yesterday"));
        streams.Publish(_created[1], "a", Absent);

        Assert.Equal([Absent], _published);
    }

    private UpstreamStreams Streams(bool perName) => new(perName, maxNames: 256, Create, (_, state) => _published.Add(state));

    private FakeStream Create(IReadOnlyList<SubscribedName> names, IStreamOwner owner)
    {
        var stream = new FakeStream([.. names.Select(static name => name.Name)]);
        _created.Add(stream);
        return stream;
    }

    private sealed class FakeStream(IReadOnlyList<string> adopted) : IUpstreamStream
    {
        public IReadOnlyList<string> Adopted => adopted;

        public void Add(string name)
        {
        }

        public void Remove(string name)
        {
        }

        public void Reread(string name)
        {
        }

        public Task RunAsync(CancellationToken stopping) => Task.CompletedTask;
    }
}
