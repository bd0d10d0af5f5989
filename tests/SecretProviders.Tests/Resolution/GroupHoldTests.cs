using SecretProviders.Resolution;
using SecretProviders.Testing;

namespace SecretProviders.Tests.Resolution;

public sealed class GroupHoldTests
{
    private static readonly TestCertificateAuthority Old = new("Old");
    private static readonly TestCertificateAuthority New = new("New");
    private static readonly TlsCertificate Leaf = New.CreateIntermediate().Issue().Secret;

    [Fact]
    public void A_leaf_waits_for_subscribed_trust_that_cannot_verify_it() =>
        Assert.Equal(["ca"], GroupHold.Missing(Leaf, [new TrustView("ca", IsSubscribed: true, Old.Trust)]));

    [Fact]
    public void A_leaf_waits_for_subscribed_trust_that_is_not_there() =>
        Assert.Equal(["ca"], GroupHold.Missing(Leaf, [new TrustView("ca", IsSubscribed: true, Published: null)]));

    [Fact]
    public void Trust_that_nobody_subscribes_to_holds_nothing_back() =>
        Assert.Empty(GroupHold.Missing(Leaf, [new TrustView("ca", IsSubscribed: false, Old.Trust), new TrustView("none", IsSubscribed: false, Published: null)]));

    [Fact]
    public void One_anchor_of_the_chain_is_enough() => Assert.Empty(GroupHold.Missing(
        Leaf, [new TrustView("ca", IsSubscribed: true, new ValidationContext { TrustAnchors = [Old.Certificate, New.Certificate] })]));

    [Fact]
    public void An_intermediate_may_be_the_anchor() => Assert.Empty(GroupHold.Missing(
        Leaf, [new TrustView("ca", IsSubscribed: true, new ValidationContext { TrustAnchors = [Leaf.Chain[1]] })]));

    [Fact]
    public void An_anchor_of_a_trust_domain_counts() => Assert.Empty(GroupHold.Missing(
        Leaf, [new TrustView("ca", IsSubscribed: true, new ValidationContext { TrustDomains = New.Trust.TrustDomains.Add("example.org", [New.Certificate]) })]));

    [Fact]
    public void Every_trust_must_verify_it() => Assert.Equal(["b", "c"], GroupHold.Missing(
        Leaf,
        [new TrustView("a", IsSubscribed: true, New.Trust), new TrustView("b", IsSubscribed: true, Old.Trust), new TrustView("c", IsSubscribed: true, new ValidationContext())]));
}
