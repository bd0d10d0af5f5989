using SecretProviders.Sds;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>Names that leave, come back and move, at the moment when their stream does not know it yet.</summary>
public sealed class UpstreamStreamsTests
{
    private const int FaultyNames = 40;
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

    [Fact]
    public void Refresh_of_one_name_touches_the_stream_of_that_name_alone_and_one_of_the_source_touches_all()
    {
        var streams = Streams(perName: true);
        streams.Watch(Reference);
        streams.Watch(new SecretReference("b"));

        streams.Reconnect(Reference);
        Assert.Equal([true, false], _created.Select(static stream => stream.IsHurried));

        streams.Reconnect(reference: null);
        Assert.Equal([true, true], _created.Select(static stream => stream.IsHurried));
    }

    [Fact]
    public void Newcomer_puts_no_stream_at_risk_that_is_sound_however_many_others_servers_end()
    {
        Faulty(Streams(perName: false));

        Assert.Equal(["a", "bad-0"], _created[0].Added);
        Assert.InRange(_created.Count, 2, FaultyNames - 1);
    }

    [Fact]
    public void Newcomers_share_a_stream_where_servers_end_too_many()
    {
        var streams = Streams(perName: false);
        Faulty(streams);
        streams.Absolve(_created[^1]);
        var before = _created.Count;

        streams.Watch(new SecretReference("new-1"));
        streams.Watch(new SecretReference("new-2"));

        Assert.Equal(before + 1, _created.Count);
    }

    [Fact]
    public void There_are_never_more_streams_than_names_whatever_was_parted()
    {
        const int Steps = 2000;
        var random = new Random(1);
        var streams = Streams(perName: false);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var lasting = new HashSet<FakeStream>();
        for (var step = 0; step < Steps; step++)
        {
            var name = $"name-{random.Next(20)}";
            switch (random.Next(5))
            {
                case 0 or 1 when names.Add(name):
                    streams.Watch(new SecretReference(name));
                    break;
                case 2 when names.Remove(name):
                    streams.Release(new SecretReference(name));
                    break;
                case 3 when _created.Count != 0:
                    streams.Blame(_created[random.Next(_created.Count)], isRefusal: random.Next(2) == 0);
                    break;
                case 4 when _created.Count != 0:
                    streams.Separate(_created[random.Next(_created.Count)], [new SubscribedName(name)]);
                    break;
                default:
                    break;
            }

            lasting.UnionWith(_created);
            lasting.RemoveWhere(streams.TryRetire);
            _created.RemoveAll(stream => !lasting.Contains(stream));
            Assert.InRange(lasting.Count, 0, names.Count);
        }
    }

    // One name that its server can make, and many that it cannot.
    private void Faulty(UpstreamStreams streams)
    {
        streams.Watch(Reference);
        streams.Watch(new SecretReference("bad-0"));
        streams.Separate(_created[0], [new SubscribedName("bad-0")]);
        streams.Blame(_created[^1], isRefusal: false);
        for (var number = 1; number < FaultyNames; number++)
        {
            streams.Watch(new SecretReference($"bad-{number}"));
            streams.Blame(_created[^1], isRefusal: false);
        }
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

        public bool IsHurried { get; private set; }

        public List<string> Added { get; } = [];

        public void Add(string name) => Added.Add(name);

        public void Remove(string name)
        {
        }

        public void Reread(string name)
        {
        }

        public void Reconnect() => IsHurried = true;

        public Task RunAsync(CancellationToken stopping) => Task.CompletedTask;
    }
}
