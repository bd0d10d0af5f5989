using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using SecretProviders.ConformanceTests;
using SecretProviders.InMemory;

namespace SecretProviders.Tests.Sources.InMemory;

/// <summary>The writes of a host, to every source that a test makes.</summary>
public class InMemoryHarness : SecretSourceHarness
{
    private const string AlwaysAnswers = "The secrets are in the source itself, which always answers.";
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SecretState> _stored = [];
    private readonly Dictionary<string, SecretState> _broken = [];
    private readonly List<InMemorySecretSource> _sources = [];

    public override ImmutableArray<SecretKind> Kinds =>
        [SecretKind.TlsCertificate, SecretKind.ValidationContext, SecretKind.SessionTicketKeys, SecretKind.Generic];

    public override ImmutableDictionary<SourceAbility, string> Gaps => ImmutableDictionary<SourceAbility, string>.Empty
        .Add(SourceAbility.CountWatches, "There is no store beside the source.")
        .Add(SourceAbility.CountReads, "There is no store beside the source.")
        .Add(SourceAbility.Silent, AlwaysAnswers);

    public override bool? DownIsDefinite => false;

    public override ISecretSource CreateSource()
    {
        lock (_gate)
        {
            var source = new InMemorySecretSource("memory", Clock, Logs.CreateLogger<InMemorySecretSource>());
            foreach (var key in _stored.Keys.Union(_broken.Keys))
            {
                source.Set(key, _broken.GetValueOrDefault(key) ?? _stored[key]);
            }

            _sources.Add(source);
            return Wrap(source);
        }
    }

    public override Task PutAsync(SecretReference reference, Secret secret) => Write(() => _stored[reference.Key] = new SecretState.Found(secret), reference.Key);

    public override Task DeleteAsync(SecretReference reference) => Write(() => _stored.Remove(reference.Key), reference.Key);

    public override Task BreakAsync(SecretReference reference, StoreFault fault) => Write(() => _broken[reference.Key] = Say(fault), reference.Key);

    public override Task HealAsync(SecretReference reference) => Write(() => _broken.Remove(reference.Key), reference.Key);

    /// <summary>Puts something around a source that this one made.</summary>
    protected virtual ISecretSource Wrap(InMemorySecretSource source) => source;

    private static SecretState Say(StoreFault fault) => fault switch
    {
        StoreFault.Denied => new SecretState.Denied("Grant it."),
        StoreFault.Unsound => new SecretState.Invalid(new SecretProblem(SecretProblemCode.Malformed, "It does not parse.")),
        _ => new SecretState.Unavailable("It is down."),
    };

    private Task Write(Action change, string key)
    {
        lock (_gate)
        {
            change();
            foreach (var source in _sources)
            {
                if (_broken.GetValueOrDefault(key) is { } broken)
                {
                    source.Set(key, broken);
                }
                else if (_stored.GetValueOrDefault(key) is { } stored)
                {
                    source.Set(key, stored);
                }
                else
                {
                    source.Remove(key);
                }
            }
        }

        return Task.CompletedTask;
    }
}
