using SecretProviders.ConformanceTests;

namespace SecretProviders.Testing.Tests.Conformance;

/// <summary>A store with push, in memory, that can be broken, counts its watches and can fall silent.</summary>
internal sealed class ToyStore
{
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(2);
    private readonly Lock _gate = new();
    private readonly Dictionary<SecretReference, Secret> _secrets = [];
    private readonly Dictionary<SecretReference, StoreFault> _faults = [];
    private readonly Dictionary<SecretReference, int> _reads = [];
    private readonly List<(SecretReference Reference, Action Changed)> _watches = [];

    /// <summary>Gets or sets how much real time an answer takes.</summary>
    public TimeSpan AnswerTime { get; set; }

    public void Change(SecretReference reference, Action<Dictionary<SecretReference, Secret>, Dictionary<SecretReference, StoreFault>> change)
    {
        Action[] watches;
        lock (_gate)
        {
            change(_secrets, _faults);
            watches = [.. _watches.Where(watch => watch.Reference == reference).Select(static watch => watch.Changed)];
        }

        foreach (var changed in watches)
        {
            changed();
        }
    }

    /// <summary>Answers at once, or later, or, when silent, never.</summary>
    public async Task<SecretState> ReadAsync(SecretReference reference)
    {
        var answer = Read(reference);
        if (AnswerTime > TimeSpan.Zero)
        {
            await Task.Delay(AnswerTime, TimeProvider.System);
        }

        return await answer;
    }

    public void Watch(SecretReference reference, Action changed)
    {
        lock (_gate)
        {
            _watches.Add((reference, changed));
        }
    }

    public void Release(SecretReference reference, Action changed)
    {
        lock (_gate)
        {
            _watches.Remove((reference, changed));
        }
    }

    public int Watches(SecretReference reference)
    {
        lock (_gate)
        {
            return _watches.Count(watch => watch.Reference == reference);
        }
    }

    public int Reads(SecretReference reference)
    {
        lock (_gate)
        {
            return _reads.GetValueOrDefault(reference);
        }
    }

    private Task<SecretState> Read(SecretReference reference)
    {
        lock (_gate)
        {
            _reads[reference] = _reads.GetValueOrDefault(reference) + 1;
            return _faults.TryGetValue(reference, out var fault)
                ? fault == StoreFault.Silent ? new TaskCompletionSource<SecretState>().Task : Task.FromResult(Fail(fault))
                : Task.FromResult<SecretState>(_secrets.TryGetValue(reference, out var secret) ? new SecretState.Found(secret) : new SecretState.NotFound());
        }
    }

    private static SecretState Fail(StoreFault fault) => fault switch
    {
        StoreFault.Denied => new SecretState.Denied("toy: grant read access"),
        StoreFault.Unsound => new SecretState.Invalid(new SecretProblem(SecretProblemCode.Malformed, "toy: not PEM")),
        StoreFault.Throttled => new SecretState.Unavailable("toy: too many questions") { RetryAfter = RetryAfter },
        _ => new SecretState.Unavailable($"toy: {fault}") { Definite = true },
    };
}
