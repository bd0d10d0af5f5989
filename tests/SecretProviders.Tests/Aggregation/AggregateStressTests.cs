using System.Collections.Concurrent;

namespace SecretProviders.Tests.Aggregation;

public sealed class AggregateStressTests
{
    private const int Names = 16;
    private const int Rounds = 300;

    [Fact]
    public async Task Whatever_the_interleaving_every_reader_ends_with_the_last_state_of_each_name_it_holds()
    {
        // No dwell: the clock stands, and the last word must count at once.
        await using var fixture = new AggregateFixture(AggregateFixture.Both("**") with { Dwell = TimeSpan.Zero });
        var secrets = Enumerable.Range(0, 64).Select(static index => AggregateFixture.Text($"value-{index}")).ToArray();
        var readers = Enumerable.Range(0, 4).Select(index => new Reader(fixture.Provider, index)).ToArray();

        var writers = Enumerable.Range(0, 4).Select(seed => Task.Run(() => Write(fixture, secrets, seed)));
        var churn = readers.Select(static (reader, seed) => Task.Run(() => reader.Churn(seed)));
        await Task.WhenAll([.. writers, .. churn]);
        for (var name = 0; name < Names; name++)
        {
            fixture.First.Found($"n{name}", secrets[name]);
        }

        foreach (var reader in readers)
        {
            await reader.WaitForAsync(name => secrets[int.Parse(name[1..], null)]);
            await reader.DisposeAsync();
        }

        Assert.All(Enumerable.Range(0, Names), name => Assert.Same(secrets[name], fixture.Provider.Current($"n{name}").Secret));
    }

    private static void Write(AggregateFixture fixture, GenericSecret[] secrets, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var name = $"n{random.Next(Names)}";
            var source = random.Next(2) == 0 ? fixture.First : fixture.Second;
            switch (random.Next(6))
            {
                case 0: source.NotFound(name); break;
                case 1: source.Unavailable(name); break;
                case 2: source.Denied(name); break;
                case 3: source.Removed(name); break;
                default: source.Found(name, secrets[random.Next(secrets.Length)]); break;
            }
        }
    }

    private sealed class Reader : IAsyncDisposable
    {
        private readonly ISecretSubscription _subscription;
        private readonly ConcurrentDictionary<string, SecretSnapshot> _seen = new();
        private readonly SemaphoreSlim _news = new(0);
        private readonly Task _loop;

        public Reader(AggregateProvider provider, int index)
        {
            _subscription = provider.Subscribe(new SecretConsumer($"reader-{index}"), "n0");
            _loop = Task.Run(ReadAsync);
        }

        public void Churn(int seed)
        {
            var random = new Random(100 + seed);
            for (var round = 0; round < Rounds; round++)
            {
                string[] name = [$"n{random.Next(Names)}"];
                _subscription.Update(random.Next(2) == 0 ? name : [], random.Next(2) == 0 ? name : []);
            }

            _subscription.Update(Enumerable.Range(0, Names).Select(static name => $"n{name}"), []);
        }

        public async Task WaitForAsync(Func<string, Secret> expected)
        {
            while (_seen.Count < Names || _seen.Any(pair => !ReferenceEquals(pair.Value.Secret, expected(pair.Key))))
            {
                Assert.True(await _news.WaitAsync(TimeSpan.FromSeconds(60)), "A reader missed the last state of a name.");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _subscription.DisposeAsync();
            await _loop;
            _news.Dispose();
        }

        private async Task ReadAsync()
        {
            await foreach (var batch in _subscription.ReadAllAsync())
            {
                foreach (var change in batch.Changes)
                {
                    _seen[change.Name] = change;
                }

                _news.Release();
            }
        }
    }
}
