using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Material;
using SecretProviders.Kubernetes.Watching;

namespace SecretProviders.Kubernetes.Tests.Watching;

/// <summary>
/// A store whose every change is known, told to the tracker by lists, watches that lag, lists that break off and single
/// reads that come late: what is known never goes back, is never removed without a deletion, and is right in the end.
/// </summary>
public sealed class NamedTrackerPropertyTests
{
    private const string Name = "web";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Known_state_only_goes_forward_and_ends_right(bool metadataOnly)
    {
        for (var seed = 0; seed < 400; seed++)
        {
            new Run(seed, metadataOnly).Play();
        }
    }

    private sealed class Run
    {
        private readonly Random _random;
        private readonly int _seed;
        private readonly List<(long Version, bool Exists)> _history = [(1, false)];
        private readonly List<(long Epoch, int Position)> _reads = [];
        private readonly NamedTracker _tracker;
        private readonly WatchedObject _watched = new(new ObjectKey(ApiResource.Secrets, "edge", Name));
        private int _watchedUpTo;
        private int _told;
        private bool _synced;

        public Run(int seed, bool metadataOnly)
        {
            _seed = seed;
            _random = new Random(seed);
            _tracker = new NamedTracker(
                new ObjectSelection(ApiResource.Secrets, "edge") { MetadataOnly = metadataOnly }, _ => _reads.Add((_tracker!.Epoch, -1)));
            _watched.Subscribe(Check);
            _tracker.Add(_watched);
        }

        public void Play()
        {
            for (var step = 0; step < 60; step++)
            {
                switch (_random.Next(8))
                {
                    case 0 or 1 or 2:
                        Change();
                        break;
                    case 3 or 4 when _synced:
                        Deliver();
                        break;
                    case 5:
                        List(breaksOff: _random.Next(3) == 0);
                        break;
                    case 6:
                        AskRead();
                        break;
                    default:
                        AnswerRead();
                        break;
                }
            }

            Finish();
        }

        private void Finish()
        {
            List(breaksOff: false, quiet: true);
            while (_reads.Count > 0)
            {
                AskRead();
                AnswerRead();
            }

            var (version, exists) = _history[^1];
            Assert.Equal(exists ? $"{version}" : "absent", _watched.Told());
        }

        private void Change()
        {
            var (version, exists) = _history[^1];
            _history.Add((version + _random.Next(1, 5), !exists || _random.Next(3) > 0));
        }

        private void Deliver()
        {
            if (_watchedUpTo + 1 >= _history.Count)
            {
                return;
            }

            var before = _history[_watchedUpTo];
            var (version, exists) = _history[++_watchedUpTo];
            if (exists || before.Exists)
            {
                _tracker.See(exists ? before.Exists ? WatchEventType.Modified : WatchEventType.Added : WatchEventType.Deleted, Name, $"{version}");
            }
        }

        // What a list tells is how it was at its beginning, however long it takes.
        private void List(bool breaksOff, bool quiet = false)
        {
            _tracker.Begin();
            _synced = false;
            var position = _history.Count - 1;
            var (version, exists) = _history[position];
            Meanwhile(quiet);
            if (exists && !(breaksOff && _random.Next(2) == 0))
            {
                _tracker.See(WatchEventType.Added, Name, $"{version}");
            }

            Meanwhile(quiet);
            if (!breaksOff)
            {
                _watchedUpTo = position;
                _synced = true;
                _tracker.End($"{version}");
            }
        }

        private void Meanwhile(bool quiet)
        {
            for (var count = quiet ? 0 : _random.Next(4); count > 0; count--)
            {
                Action next = _random.Next(4) switch { 0 => _tracker.Late, 1 => Change, 2 => AskRead, _ => AnswerRead };
                next();
            }
        }

        // A read sees the store as it is when it is asked, and tells of it later.
        private void AskRead()
        {
            var open = _reads.FindIndex(static read => read.Position < 0);
            if (open >= 0)
            {
                _reads[open] = (_tracker.Epoch, _history.Count - 1);
            }
        }

        private void AnswerRead()
        {
            var asked = _reads.FindIndex(static read => read.Position >= 0);
            if (asked < 0)
            {
                return;
            }

            var (epoch, position) = _reads[asked];
            _reads.RemoveAt(asked);
            var (version, exists) = _history[position];
            _tracker.Fetched(_watched, exists ? new KubernetesObject(new ObjectMetadata("edge", Name, $"uid-{Name}", $"{version}", false)) : null, $"{version}", epoch);
        }

        private void Check()
        {
            if (_watched.View.Objects.IsDefault)
            {
                return;
            }

            var told = _watched.View.Single is { } item
                ? _history.FindIndex(entry => $"{entry.Version}" == item.Metadata.ResourceVersion)
                : _history.FindIndex(_told, static entry => !entry.Exists);
            Assert.True(told >= _told, $"Run {_seed}: went from entry {_told} back to {told} of {_history.Count}.");
            _told = told;
        }
    }
}
