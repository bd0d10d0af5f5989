using System.Collections.Immutable;
using SecretProviders.ConformanceTests;

namespace SecretProviders.Testing.Tests.Conformance;

/// <summary>The scripted source under the suites: what it promises to those who test with it.</summary>
public class ScriptedHarness : SecretSourceHarness
{
    private readonly Dictionary<SecretReference, Secret> _stored = [];
    private readonly Dictionary<SecretReference, SecretState> _states = [];
    private readonly List<ScriptedSecretSource> _sources = [];

    public override ImmutableArray<SecretKind> Kinds =>
        [SecretKind.TlsCertificate, SecretKind.ValidationContext, SecretKind.SessionTicketKeys, SecretKind.Generic];

    public override ImmutableDictionary<SourceAbility, string> Gaps => ImmutableDictionary<SourceAbility, string>.Empty
        .Add(SourceAbility.Silent, "A script that says nothing is meant to break the contract.")
        .Add(SourceAbility.CountWatches, "A script has no store behind it.")
        .Add(SourceAbility.CountReads, "A script has no store behind it.");

    public override bool? DownIsDefinite => false;

    public override ISecretSource CreateSource()
    {
        var source = new ScriptedSecretSource("scripted", Clock);
        foreach (var (reference, state) in _states)
        {
            source.Set(reference, state);
        }

        _sources.Add(source);
        return source;
    }

    public override Task PutAsync(SecretReference reference, Secret secret)
    {
        _stored[reference] = secret;
        return SayAsync(reference, new SecretState.Found(secret) { Origin = new SecretOrigin("scripted") });
    }

    public override Task DeleteAsync(SecretReference reference)
    {
        _stored.Remove(reference);
        return SayAsync(reference, new SecretState.NotFound());
    }

    public override Task BreakAsync(SecretReference reference, StoreFault fault) => SayAsync(reference, fault switch
    {
        StoreFault.Denied => new SecretState.Denied("scripted: grant read access"),
        StoreFault.Unsound => new SecretState.Invalid(new SecretProblem(SecretProblemCode.Malformed, "scripted: not PEM")),
        _ => new SecretState.Unavailable($"scripted: {fault}"),
    });

    public override Task HealAsync(SecretReference reference) =>
        _stored.TryGetValue(reference, out var secret) ? PutAsync(reference, secret) : DeleteAsync(reference);

    private Task SayAsync(SecretReference reference, SecretState state)
    {
        _states[reference] = state;
        foreach (var source in _sources)
        {
            source.Set(reference, state);
        }

        return Task.CompletedTask;
    }
}
