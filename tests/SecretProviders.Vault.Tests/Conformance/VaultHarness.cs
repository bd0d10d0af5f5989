using System.Collections.Immutable;
using System.Text.Json.Nodes;
using SecretProviders.ConformanceTests;

namespace SecretProviders.Vault.Tests.Conformance;

/// <summary>KV version 2 of a server, written through its own API; where the server is, the derived classes know.</summary>
public abstract class VaultHarness : SecretSourceHarness
{
    private const int FirstBreaths = 4;
    private const int Breaths = 4000;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);
    private readonly TestFile _token = new();
    private readonly AskingClock _clock;
    private JsonObject? _before;

    protected VaultHarness(DateTimeOffset? start = null)
        : base(start) => _clock = new AskingClock(Clock);

    public override ImmutableArray<SecretKind> Kinds =>
        [SecretKind.TlsCertificate, SecretKind.ValidationContext, SecretKind.SessionTicketKeys, SecretKind.Generic];

    // A value of 1 MiB does not fit into an entry of the integrated storage, with base64 around it.
    public override int LargestValue => 512 * 1024;

    public override TimeSpan Timeout => AskingClock.TimeOut;

    public override ImmutableArray<string> UnusualNames => [.. base.UnusualNames, "sp ace", "ünïcode", "100%", "a+b", "data", "x/data/y", "metadata"];

    /// <summary>Gets the server's address.</summary>
    protected abstract string Address { get; }

    /// <summary>Gets the token that the source uses.</summary>
    protected abstract string Token { get; }

    /// <summary>Gets a value indicating whether the server answers nobody, so that only a time-out ends a question.</summary>
    protected virtual bool IsSilent => false;

    /// <summary>Gets the mount of the test.</summary>
    protected virtual string Mount => "secret";

    public override ISecretSource CreateSource()
    {
        var options = new VaultSecretSourceOptions { Timeout = Timeout, Auth = { Token = _token.Holding(Token) } };
        options.Addresses.Add(Address);
        Configure(options);
        return new VaultSecretSource("vault", options, null, _clock, Logs.CreateLogger("vault"));
    }

    // Each kind in a folder of its own, so that one name may have every kind.
    public override SecretReference Reference(string name, SecretKind kind)
    {
        var reference = new SecretReference($"{Mount}/data/{kind}/{name}") { Kind = kind };
        return kind == SecretKind.Generic
            ? reference with { Property = "value", Parameters = reference.Parameters.Add("encoding", "base64") }
            : reference;
    }

    public override Task PutAsync(SecretReference reference, Secret secret) => WriteAsync(reference, KvFields.Of(secret));

    public override Task DeleteAsync(SecretReference reference) => AsRootAsync("DELETE", KvFields.PathOf(reference), null);

    public override async Task BreakAsync(SecretReference reference, StoreFault fault)
    {
        _before = (JsonObject)(await AsRootAsync("GET", KvFields.PathOf(reference), null))!["data"]!["data"]!.DeepClone();

        // No text with an exclamation mark is base64, nor PEM.
        await WriteAsync(reference, new JsonObject { ["tls.crt"] = "!" + Marker, ["value"] = "!" + Marker });
    }

    public override async Task HealAsync(SecretReference reference)
    {
        if (_before is { } before)
        {
            _before = null;
            await WriteAsync(reference, before);
        }
    }

    public override async Task SettleAsync()
    {
        // A question begins a moment after its cause; then it has all the time it needs.
        for (var i = 0; i < Breaths && !IsSilent && (_clock.Asking > 0 || i < FirstBreaths); i++)
        {
            await Task.Delay(Breath);
        }

        await base.SettleAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        _token.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Sets what this server needs besides an address and a token.</summary>
    protected virtual void Configure(VaultSecretSourceOptions options)
    {
    }

    /// <summary>Asks the server as its root; an error is an exception.</summary>
    protected abstract Task<JsonObject?> AsRootAsync(string method, string path, JsonObject? body);

    private Task<JsonObject?> WriteAsync(SecretReference reference, JsonObject fields) =>
        AsRootAsync("POST", KvFields.PathOf(reference), new JsonObject { ["data"] = fields });
}
