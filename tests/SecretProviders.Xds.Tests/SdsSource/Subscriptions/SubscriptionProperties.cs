using SecretProviders.Sds;
using SecretProviders.Xds.Tests.SdsSource.Models;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>
/// Random names that come and go, secrets that change, vanish and are unsound, servers that are out of reach for a while,
/// streams that break, and names that are parted and asked together again, against models of servers and their habits.
/// The network is slow, but never slower than the time after which silence counts.
/// </summary>
public sealed class SubscriptionProperties
{
    private const int Steps = 200;
    private const int Seeds = 500;

    // A server may send what was refused again and again: after so many rounds of nothing else all has arrived.
    private const int Rest = 10;

    public static TheoryData<string> Servers => [.. Enum.GetNames<StateOfTheWorldHabit>(), "Delta"];

    [Theory]
    [MemberData(nameof(Servers))]
    public void Whatever_happens_the_last_word_is_what_the_server_has(string server)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            using var world = new World(seed, server);
            for (var step = 0; step < Steps; step++)
            {
                world.Step();
            }

            world.Settle();
        }
    }

    /// <summary>A store, the streams to it, and what was said.</summary>
    private sealed class World(int seed, string server) : IDisposable
    {
        private static readonly SecretState.Unavailable Outage = new("out of reach");

        private readonly Random _random = new(seed);
        private readonly ModelStore _store = new();
        private readonly Dictionary<string, IModelStream> _streams = new(StringComparer.Ordinal);
        private readonly Dictionary<string, SecretState?> _said = new(StringComparer.Ordinal);

        // The names for which a secret ever came, and whether it was sound.
        private readonly Dictionary<string, bool> _heard = new(StringComparer.Ordinal);
        private TimeSpan _now;
        private IModelStream? _open;
        private bool _isNews;

        private bool IsDelta => server == "Delta";

        public void Step()
        {
            var name = $"name-{_random.Next(5)}";
            switch (_random.Next(16))
            {
                case 12:
                    _store.Put(name, isSound: false);
                    break;
                case 13 when _streams.Count != 0:
                    Break(Any());
                    break;
                case 14 when _streams.Count != 0:
                    Part(Any());
                    break;
                case 0 or 1:
                    Add(name);
                    break;
                case 2:
                    Remove(name);
                    break;
                case 3 or 4:
                    _store.Put(name);
                    break;
                case 5:
                    _store.Delete(name);
                    break;
                case 6 when _streams.Count != 0:
                    Reopen(Any());
                    break;
                case 7:
                    Drain();
                    _now += TimeSpan.FromMilliseconds(_random.Next(3000));
                    Listen();
                    break;
                case 8 or 9 when _streams.Count != 0:
                    Any().TrySend(_now);
                    break;
                default:
                    if (_streams.Count != 0)
                    {
                        Receive(Any());
                    }

                    break;
            }
        }

        public void Settle()
        {
            foreach (var stream in _streams.Values.Distinct().Where(static stream => !stream.IsOpen).ToArray())
            {
                Reopen(stream);
            }

            for (var silence = 0; silence < 3; silence++)
            {
                Drain();
                _now += Responses.AbsentAfter;
                Listen();
            }

            Drain();
            foreach (var (name, state) in _said)
            {
                Assert.True(IsLastWord(name, state), $"{server}, seed {seed}: '{name}' is {Show(state)}, and the server has {_store.Find(name) ?? "none"}.");
            }
        }

        public void Dispose()
        {
            foreach (var stream in _streams.Values)
            {
                stream.Dispose();
            }
        }

        private bool IsLastWord(string name, SecretState? state)
        {
            if (_store.Find(name) is { } text)
            {
                return _store.IsSound(name) ? state is SecretState.Found && Responses.Text(state) == text : state is SecretState.Invalid;
            }

            // Without Delta nobody says that a secret is gone: what was said stays, and after an outage that it is not known.
            return IsDelta || !_heard.TryGetValue(name, out var wasFound) ? state is SecretState.NotFound
                : wasFound ? state is SecretState.Found or SecretState.Invalid or SecretState.Unavailable
                : state is SecretState.NotFound or SecretState.Invalid;
        }

        private static string Show(SecretState? state) => state is SecretState.Found ? $"'{Responses.Text(state)}'" : state?.ToString() ?? "nothing";

        private IModelStream Any() => _streams.Values.ElementAt(_random.Next(_streams.Count));

        private void Add(string name)
        {
            if (_said.TryAdd(name, null))
            {
                _open ??= Create();
                var stream = _random.Next(8) == 0 ? Create() : _open;
                _streams.Add(name, stream);
                if (stream.Subscription.Add(name) is { } known)
                {
                    Say(name, known);
                }
                else if (!stream.IsOpen)
                {
                    Take(stream, stream.Subscription.Fail(name, Outage));
                }
            }
        }

        private void Remove(string name)
        {
            if (_said.Remove(name))
            {
                _streams.Remove(name, out var stream);
                _heard.Remove(name);
                stream!.Subscription.Remove(name);
            }
        }

        private IModelStream Create()
        {
            IModelStream stream = IsDelta
                ? new ModelStream<Protos.Discovery.DeltaDiscoveryRequest, Protos.Discovery.DeltaDiscoveryResponse>(
                    new DeltaSubscription(Responses.Settings), _store, static (store, send) => new DeltaSession(store, send))
                : new ModelStream<Protos.Discovery.DiscoveryRequest, Protos.Discovery.DiscoveryResponse>(
                    new StateOfTheWorldSubscription(Responses.Settings), _store, (store, send) => new StateOfTheWorldSession(store, send, Enum.Parse<StateOfTheWorldHabit>(server)));
            stream.Reopen(_now);
            return stream;
        }

        private void Reopen(IModelStream stream)
        {
            stream.Reopen(_now);
            _open = _open == stream && stream.Subscription.IsEmpty ? null : _open;
        }

        private void Break(IModelStream stream)
        {
            if (stream.IsOpen)
            {
                stream.Close();
                Take(stream, stream.Subscription.Fail(Outage));
            }
        }

        private void Part(IModelStream stream) => Move(stream, [.. stream.Subscription.Names.Where(_ => _random.Next(2) == 0)]);

        // Everything on its way arrives, and everything is answered.
        private void Drain()
        {
            var repeated = 0;
            for (var round = 0; repeated < Rest; round++)
            {
                Assert.True(round < 1000, $"{server}, seed {seed}: client and server never come to rest.");
                var moved = false;
                _isNews = false;
                foreach (var stream in _streams.Values.Distinct().Where(static stream => stream.IsOpen).ToArray())
                {
                    if (stream.NeedsNewStream)
                    {
                        Reopen(stream);
                    }

                    moved |= stream.TrySend(_now) | Receive(stream);
                }

                if (!moved)
                {
                    return;
                }

                repeated = _isNews ? 0 : repeated + 1;
            }
        }

        private bool Receive(IModelStream stream)
        {
            if (stream.TryReceive(_now) is not { } news)
            {
                return false;
            }

            Assert.Equal(news.States.Any(static said => said.State is SecretState.Invalid), news.Refusals.Count != 0);
            _isNews |= news.IsNew || news.Refusals.Count == 0;
            Take(stream, news);
            return true;
        }

        private void Listen()
        {
            foreach (var stream in _streams.Values.Distinct().Where(static stream => stream.IsOpen).ToArray())
            {
                var news = stream.Subscription.Silence(_now);
                foreach (var (name, _) in news.States.Where(static said => said.State is SecretState.NotFound))
                {
                    Assert.False(_store.Has(name), $"{server}, seed {seed}: the server has '{name}', and its silence was taken for an absence.");
                }

                Take(stream, news);
            }
        }

        private void Take(IModelStream stream, SubscriptionNews news)
        {
            news.States.ForEach(said => Say(said.Name, said.State));
            Move(stream, news.Stranded);
        }

        private void Move(IModelStream stream, IReadOnlyCollection<string> names)
        {
            if (names.Count == 0)
            {
                return;
            }

            var next = Create();
            foreach (var name in names)
            {
                next.Subscription.Adopt(stream.Subscription.Detach(name));
                _streams[name] = next;
            }
        }

        private void Say(string name, SecretState state)
        {
            _said[name] = state;
            if (state is SecretState.Found or SecretState.Invalid)
            {
                _heard[name] = _heard.GetValueOrDefault(name) || state is SecretState.Found;
            }
        }
    }
}
