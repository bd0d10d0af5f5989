using SecretProviders.Testing;
using SecretProviders.Vault.Tests.Conformance;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests;

/// <summary>A fake server, a source over it, and a clock for both that moves when no question is under way.</summary>
internal sealed class VaultLab : IAsyncDisposable
{
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);
    private const int Breaths = 8;
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Timeout = AskingClock.TimeOut;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongSilence = TimeSpan.FromSeconds(2);
    private readonly Dictionary<SecretStateReader, SecretReference> _readers = [];
    private readonly List<FakeVaultNode> _nodes = [];
    private readonly TestFile _token = new();
    private readonly AskingClock _clock;
    private VaultSecretSource? _source;
    private int _atRest;

    private VaultLab(FakeVaultDialect dialect, TimeSpan ahead)
    {
        _clock = new AskingClock(Clock);
        Vault = new FakeVault(dialect, ahead == TimeSpan.Zero ? Clock : new LateClock(Clock, ahead));
    }

    public ManualTimeProvider Clock { get; } = new();

    public LogCollector Logs { get; } = new();

    public FakeVault Vault { get; }

    public FakeVaultNode Node => _nodes[0];

    public IReadOnlyList<FakeVaultNode> Nodes => _nodes;

    // The timers that wait, those of questions aside.
    private int Waiting => Clock.ActiveDelays.Count(static delay => delay != Timeout);

    private bool IsAtRest => _clock.Asking == 0 && Waiting >= _atRest;

    public VaultSecretSource Source => _source ??= Create(static _ => { });

    /// <summary>Starts a server.</summary>
    /// <param name="dialect">Whose wire it speaks.</param>
    /// <param name="ahead">How far the source's clock is ahead of the server's.</param>
    /// <param name="nodes">How many nodes the server has.</param>
    public static async Task<VaultLab> StartAsync(FakeVaultDialect dialect = FakeVaultDialect.OpenBao26, TimeSpan ahead = default, int nodes = 1)
    {
        var lab = new VaultLab(dialect, ahead);
        for (var i = 0; i < nodes; i++)
        {
            lab._nodes.Add(await FakeVaultNode.StartAsync(lab.Vault));
        }

        return lab;
    }

    /// <summary>Configures the source otherwise than by default: a root token from a file.</summary>
    public void Configure(Action<VaultSecretSourceOptions> configure) => _source = Create(configure);

    /// <summary>Lets the source log in by AppRole, for tokens that live as a test wants it.</summary>
    public void LogInByAppRole(string policy, string ttl = "1h", string? maxTtl = null, int uses = 0)
    {
        Vault.Write("sys/policies/acl/app", new() { ["policy"] = policy });
        Vault.Write("sys/auth/approle", new() { ["type"] = "approle" });
        Vault.Write("auth/approle/role/app", new() { ["token_policies"] = new System.Text.Json.Nodes.JsonArray("app"), ["token_ttl"] = ttl, ["token_max_ttl"] = maxTtl ?? "0", ["token_num_uses"] = uses });
        Vault.Write("auth/approle/role/app/role-id", new() { ["role_id"] = "the-role" });
        Vault.Write("auth/approle/role/app/custom-secret-id", new() { ["secret_id"] = "the-secret" });

        // The token is kept alive by a loop of its own.
        _atRest++;
        Configure(options =>
        {
            options.Auth.Token = null;
            options.Auth.AppRole = new VaultAppRoleOptions { RoleId = "the-role", SecretId = _token.Holding("the-secret") };
        });
    }

    public SecretStateReader Watch(SecretReference reference)
    {
        var reader = new SecretStateReader(Source, reference, Patience);
        _readers.Add(reader, reference);

        // Each reference is read by a loop of its own.
        _atRest++;
        return reader;
    }

    /// <summary>Begins to watch; while the first answer is on its way, the AppRole token to which it was given is revoked and replaced.</summary>
    public async Task<SecretStateReader> WatchWhileTokenIsReplacedAsync(SecretReference reference)
    {
        Node.Break(reference.Key, FakeVaultFault.Late());
        var reader = Watch(reference);
        using var patience = new CancellationTokenSource(Patience);
        while (!reader.HasNews && !Node.Answers.Any(answer => answer.Request.Path == reference.Key))
        {
            await Task.Delay(Breath, patience.Token);
        }

        Vault.Change(static vault => vault.Tokens.Revoke(vault.Tokens.Alive.Single(static token => token.Path == "auth/approle/login")));
        await Watch(new SecretReference("secret/data/other")).NextAsync();
        Node.Heal(reference.Key);
        return reader;
    }

    public static SecretReference Reference(string key, params (string Name, string Value)[] parameters)
    {
        var reference = new SecretReference(key);
        return reference with { Parameters = reference.Parameters.AddRange(parameters.Select(static one => KeyValuePair.Create(one.Name, one.Value))) };
    }

    /// <summary>Reads up to a state, and moves the clock from timer to timer until it comes.</summary>
    public async Task<T> UntilAsync<T>(SecretStateReader reader, Func<T, bool>? predicate = null)
        where T : SecretState
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            if (!reader.HasNews)
            {
                await BreatheAsync(reader);
            }

            if (!await HasNewsAsync(reader))
            {
                StepTo(DateTimeOffset.MaxValue);
            }
            else if (await reader.NextAsync() is T state && (predicate is null || predicate(state)))
            {
                return state;
            }
        }

        throw new TimeoutException($"No such {typeof(T).Name} came; the watch said [{string.Join(", ", reader.History)}].");
    }

    /// <summary>Moves the clock from timer to timer, and lets the server answer what each of them asks.</summary>
    public async Task AdvanceAsync(TimeSpan by, Action? atEachStep = null)
    {
        var end = Clock.GetUtcNow() + by;
        do
        {
            await BreatheAsync();
            atEachStep?.Invoke();
        }
        while (StepTo(end));
        await BreatheAsync();
    }

    /// <summary>Gets what a watch said last, reading everything that it has to say.</summary>
    public async Task<SecretState> LatestAsync(SecretStateReader reader)
    {
        await BreatheAsync();
        while (await HasNewsAsync(reader))
        {
            await reader.NextAsync();
        }

        return reader.History[^1];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var reader in _readers.Keys)
        {
            await reader.DisposeAsync();
        }

        if (_source is { } source)
        {
            await source.DisposeAsync();
        }

        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _token.Dispose();
        Logs.Dispose();
    }

    private VaultSecretSource Create(Action<VaultSecretSourceOptions> configure)
    {
        var options = new VaultSecretSourceOptions { Poll = Poll, Timeout = Timeout, Auth = { Token = _token.Holding(FakeVault.RootToken) } };
        foreach (var node in _nodes)
        {
            options.Addresses.Add(node.Address);
        }

        configure(options);
        return new VaultSecretSource("vault", options, null, _clock, Logs.CreateLogger("vault"));
    }

    // News may still be on its way to who waits for it; who comes now is told at once.
    private async Task<bool> HasNewsAsync(SecretStateReader reader)
    {
        if (reader.HasNews || reader.History.IsEmpty)
        {
            return reader.HasNews;
        }

        await using var late = new SecretStateReader(Source, _readers[reader], Patience);
        return !reader.History[^1].Equals(await late.NextAsync());
    }

    // The first answer comes by itself.
    private async Task BreatheAsync(SecretStateReader reader)
    {
        var start = TimeProvider.System.GetTimestamp();
        do
        {
            await BreatheAsync();
        }
        while (reader.History.IsEmpty && !reader.HasNews && TimeProvider.System.GetElapsedTime(start) < FirstAnswer);
    }

    // What a timer wakes asks, says what it heard, and waits for a timer again: until then the clock stands still. What waits
    // no more is known by its long silence.
    private async Task BreatheAsync()
    {
        var start = TimeProvider.System.GetTimestamp();
        var asked = start;
        for (var quiet = 0; quiet < Breaths && TimeProvider.System.GetElapsedTime(start) < Patience; quiet = IsAtRest ? quiet + 1 : 0)
        {
            await Task.Delay(Breath);
            asked = _clock.Asking > 0 ? TimeProvider.System.GetTimestamp() : asked;
            _atRest = TimeProvider.System.GetElapsedTime(asked) < LongSilence ? _atRest : Math.Min(_atRest, Waiting);
        }
    }

    // Delays are cut to whole milliseconds, so a timer may fire a little before the instant that was meant.
    private bool StepTo(DateTimeOffset end)
    {
        var now = Clock.GetUtcNow();
        var next = Clock.NextDue is { } due && due + TimeSpan.FromMilliseconds(1) < end ? due + TimeSpan.FromMilliseconds(1) : end;
        if (next == DateTimeOffset.MaxValue || now >= end)
        {
            return false;
        }

        _atRest = Waiting;
        Clock.Advance(next > now ? next - now : TimeSpan.Zero);
        return true;
    }

    private sealed class LateClock(ManualTimeProvider clock, TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() - by;
    }
}
