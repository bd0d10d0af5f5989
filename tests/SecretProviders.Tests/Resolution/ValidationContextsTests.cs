using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using SecretProviders.Resolution;
using static SecretProviders.Tests.Resolution.Story;

namespace SecretProviders.Tests.Resolution;

public sealed class ValidationContextsTests
{
    private static readonly Gen<int[]> Numbers = Gen.ArrayOf(Gen.Choose(0, 4)).Resize(4);

    private static readonly Gen<ValidationContext> Contexts =
        from flat in Numbers
        from one in Numbers
        from two in Numbers
        select Domains(Context(flat), ("one.example", one), ("two.example", two));

    private static readonly Arbitrary<(ValidationContext Item1, ValidationContext Item2)> Pairs = (from one in Contexts from two in Contexts select (one, two)).ToArbitrary();

    [Fact]
    public void Trust_domains_are_never_flattened_into_one_another()
    {
        var united = ValidationContexts.Unite([Domains(Context(0), ("a", [1])), Domains(Context(), ("a", [2, 1]), ("b", [3]))]);

        Assert.Equal(Context(0).TrustAnchors, united.TrustAnchors);
        Assert.Equal(["a", "b"], united.TrustDomains.Keys);
        Assert.Equal(Context(1, 2).TrustAnchors, united.TrustDomains["a"]);
        Assert.Equal(Context(3).TrustAnchors, united.TrustDomains["b"]);
    }

    [Fact]
    public void Revocation_lists_are_united_without_repetition_whatever_the_order()
    {
        var one = new ValidationContext { RevocationLists = [new byte[] { 1 }, new byte[] { 2 }] };
        var two = new ValidationContext { RevocationLists = [new byte[] { 2 }, new byte[] { 3 }] };

        Assert.Equal(3, ValidationContexts.Unite([one, two]).RevocationLists.Length);
        Assert.Equal(ValidationContexts.Unite([one, two]), ValidationContexts.Unite([two, one]));
    }

    [Fact]
    public void A_union_holds_the_anchors_of_its_members_and_no_others() => Prop.ForAll((from one in Contexts from two in Contexts from three in Contexts select (one, two, three)).ToArbitrary(), static sample =>
    {
        ValidationContext[] members = [sample.Item1, sample.Item2, sample.Item3];
        var united = ValidationContexts.Unite(members);
        return united.TrustAnchors.ToHashSet().SetEquals(members.SelectMany(static member => member.TrustAnchors))
            && united.TrustDomains.All(domain => domain.Value.ToHashSet().SetEquals(members.SelectMany(member => member.TrustDomains.GetValueOrDefault(domain.Key, []))))
            && members.All(member => member.TrustDomains.Keys.All(united.TrustDomains.ContainsKey));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_union_does_not_depend_on_the_order_of_its_members() => Prop.ForAll(Pairs, static sample =>
        ValidationContexts.Unite([sample.Item1, sample.Item2]).Equals(ValidationContexts.Unite([sample.Item2, sample.Item1]))).QuickCheckThrowOnFailure();

    [Fact]
    public void A_union_is_sorted_by_digest_without_repetition() => Prop.ForAll(Pairs, static sample =>
    {
        var united = ValidationContexts.Unite([sample.Item1, sample.Item2]);
        return united.TrustDomains.Values.Append(united.TrustAnchors).All(static anchors =>
            anchors.SequenceEqual(anchors.Distinct().OrderBy(static anchor => anchor.Sha256, StringComparer.Ordinal)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Uniting_again_changes_nothing() => Prop.ForAll(Contexts.ToArbitrary(), static context =>
        ValidationContexts.Ordered(context) is var once && ValidationContexts.Unite([once, context]).Equals(once)).QuickCheckThrowOnFailure();

    [Fact]
    public void Keeping_adds_the_needed_anchors_alone_each_in_its_own_place() => Prop.ForAll((from one in Contexts from two in Contexts from needed in Numbers select (one, two, needed)).ToArbitrary(), static sample =>
    {
        var (desired, published, needed) = sample;
        bool IsNeeded(EncodedCertificate anchor) => needed.Any(number => Anchors[number].Equals(anchor));
        var kept = ValidationContexts.Keep(desired, published, IsNeeded);
        return Holds(desired.TrustAnchors, published.TrustAnchors, kept.TrustAnchors, IsNeeded)
            && kept.TrustDomains.All(domain => Holds(
                desired.TrustDomains.GetValueOrDefault(domain.Key, []), published.TrustDomains.GetValueOrDefault(domain.Key, []), domain.Value, IsNeeded));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Keeping_nothing_leaves_the_desired_trust_itself()
    {
        var desired = Domains(Context(1), ("a", [2]));

        Assert.Same(desired, ValidationContexts.Keep(desired, Domains(Context(0), ("a", [3]), ("b", [4])), static _ => false));
        Assert.Same(desired, ValidationContexts.Keep(desired, desired, static _ => true));
    }

    [Fact]
    public void A_whole_domain_is_kept_while_its_anchor_is_needed()
    {
        var kept = ValidationContexts.Keep(Context(0), Domains(Context(), ("a", [1, 2])), static anchor => anchor.Equals(Anchors[1]));

        Assert.Equal([Anchors[1]], kept.TrustDomains["a"]);
        Assert.Equal(Context(0).TrustAnchors, kept.TrustAnchors);
    }

    private static bool Holds(
        ImmutableArray<EncodedCertificate> desired, ImmutableArray<EncodedCertificate> published, ImmutableArray<EncodedCertificate> kept, Func<EncodedCertificate, bool> isNeeded) =>
        kept.ToHashSet().SetEquals(desired.Concat(published.Where(isNeeded)));

    private static ValidationContext Domains(ValidationContext context, params (string Name, int[] Anchors)[] domains) => context with
    {
        TrustDomains = context.TrustDomains.AddRange(domains.Select(static domain => KeyValuePair.Create(domain.Name, Context(domain.Anchors).TrustAnchors))),
    };
}
