using System.Collections.Immutable;
using SecretProviders.ConformanceTests;
using SecretProviders.Testing.Tests.Conformance;
using Xunit.Sdk;

namespace SecretProviders.Testing.Tests.Proofs;

public sealed class CompletenessSuiteProofs
{
    [Fact]
    public void A_suite_that_is_left_out_is_named()
    {
        var probe = new Probe(type => type != typeof(ToyConformanceTests.Hygiene));

        var failure = Assert.ThrowsAny<XunitException>(probe.Every_suite_runs_against_every_harness);

        Assert.Contains("SecretSourceHygieneTests<ToyHarness>", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ScriptedHarness", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_assembly_without_a_harness_is_caught()
    {
        var probe = new Probe(static type => !typeof(SecretSourceHarness).IsAssignableFrom(type));

        Assert.ThrowsAny<XunitException>(probe.Every_suite_runs_against_every_harness);
    }

    [Theory]
    [InlineData(typeof(WithoutReason), "the gap Throttled has no reason")]
    [InlineData(typeof(GapThatIsNone), "DeleteAsync is overridden, although a gap says")]
    [InlineData(typeof(UndeclaredGap), "PutAsync is not overridden, and no gap says so")]
    [InlineData(typeof(CannotRotate), "RotateAsync is not overridden")]
    public async Task A_gap_that_is_not_declared_as_it_is_is_caught(Type harness, string words)
    {
        var probe = new Probe(static type => !typeof(SecretSourceHarness).IsAssignableFrom(type), harness);

        var failure = await Assert.ThrowsAnyAsync<XunitException>(probe.Gaps_are_declared_as_they_are);

        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_is_not_overridden_says_what_to_do()
    {
        await using var harness = new UndeclaredGap();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => harness.RotateAsync(new SecretReference("a")));

        Assert.Contains("UndeclaredGap must override PutAsync, or declare SourceAbility.Write", failure.Message, StringComparison.Ordinal);
    }

    private sealed class Probe(Func<Type, bool> filter, params Type[] more) : SuiteCompletenessTests
    {
        protected override IEnumerable<Type> Types => [.. base.Types.Where(filter), .. more];
    }

    private sealed class WithoutReason : ScriptedHarness
    {
        public override ImmutableDictionary<SourceAbility, string> Gaps => base.Gaps.Add(SourceAbility.Throttled, " ");
    }

    private sealed class GapThatIsNone : ScriptedHarness
    {
        public override ImmutableDictionary<SourceAbility, string> Gaps => base.Gaps.Add(SourceAbility.Delete, "Nobody deletes.");
    }

    private class UndeclaredGap : SecretSourceHarness
    {
        public override ImmutableArray<SecretKind> Kinds => [SecretKind.Generic];

        public override ISecretSource CreateSource() => new ScriptedSecretSource();
    }

    private sealed class CannotRotate : UndeclaredGap
    {
        public override ImmutableDictionary<SourceAbility, string> Gaps => base.Gaps.Add(SourceAbility.Write, "It makes its own.");
    }
}
