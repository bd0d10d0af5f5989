using Google.Protobuf;
using SecretProviders.Spiffe;
using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Workload;

namespace SecretProviders.Xds.Tests.Spiffe;

public sealed class BundleReaderTests : IDisposable
{
    private const string Own = "spiffe://example.org";
    private const string Foreign = "spiffe://example.net";
    private readonly TestCertificateAuthority _own = new("example.org");
    private readonly TestCertificateAuthority _foreign = new("example.net");

    public void Dispose()
    {
        _own.Dispose();
        _foreign.Dispose();
    }

    [Fact]
    public void Each_trust_domain_has_its_bundle()
    {
        var answer = Read(Svids.Bundles((Own, Svids.Bundle(_own)), (Foreign, Svids.Bundle(_foreign))));

        Assert.Equal(_own.Trust.TrustAnchors, Assert.Single(Context(answer, Own).TrustDomains).Value);
        Assert.Equal(_foreign.Trust.TrustAnchors, Assert.Single(Context(answer, Foreign).TrustDomains).Value);
    }

    [Fact]
    public void All_are_side_by_side_and_never_one_list()
    {
        var all = Context(Read(Svids.Bundles((Own, Svids.Bundle(_own)), (Foreign, Svids.Bundle(_foreign)))), "ALL");

        Assert.Equal(["example.net", "example.org"], all.TrustDomains.Keys);
        Assert.Equal(_foreign.Trust.TrustAnchors, all.TrustDomains["example.net"]);
        Assert.Empty(all.TrustAnchors);
    }

    [Fact]
    public void Order_of_the_message_makes_no_difference()
    {
        var one = Read(Svids.Bundles((Own, Svids.Bundle(_own)), (Foreign, Svids.Bundle(_foreign))));
        var other = Read(Svids.Bundles((Foreign, Svids.Bundle(_foreign)), (Own, Svids.Bundle(_own))));

        Assert.Equal(one.States["ALL"], other.States["ALL"]);
    }

    [Fact]
    public void Name_without_the_scheme_is_understood() => Context(Read(Svids.Bundles(("example.org", Svids.Bundle(_own)))), Own);

    [Fact]
    public void Several_authorities_of_one_domain_stay_together() =>
        Assert.Equal(2, Context(Read(Svids.Bundles((Own, Svids.Bundle(_own, _foreign)))), Own).TrustDomains["example.org"].Length);

    [Fact]
    public void Flat_bundles_are_plain_lists_one_for_each_domain()
    {
        var answer = Read(Svids.Bundles((Own, Svids.Bundle(_own)), (Foreign, Svids.Bundle(_foreign))), flat: true);

        Assert.Equal(_own.Trust, Context(answer, Own));
        Assert.DoesNotContain("ALL", answer.States.Keys);
    }

    [Fact]
    public void Revocation_lists_go_into_every_context_once()
    {
        var response = Svids.Bundles((Own, Svids.Bundle(_own)), (Foreign, Svids.Bundle(_foreign)));
        response.Crl.Add(ByteString.CopyFrom(_own.CreateRevocationList().Span));
        response.Crl.Add(ByteString.CopyFrom(_foreign.CreateRevocationList().Span));

        var answer = Read(response);

        Assert.Equal((2, 2), (Context(answer, Own).RevocationLists.Length, Context(answer, "ALL").RevocationLists.Length));
    }

    [Fact]
    public void Message_without_a_bundle_is_unsound_as_a_whole() =>
        Assert.Contains("section 5.2.2", Read(new X509BundlesResponse()).Problem!.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("empty", SecretProblemCode.Incomplete, "it is empty")]
    [InlineData("leaf", SecretProblemCode.Malformed, "X.509-SVID, section 4.1")]
    [InlineData("private key", SecretProblemCode.Malformed, "private key among the trust")]
    [InlineData("garbage", SecretProblemCode.Malformed, "neither PEM nor DER")]
    [InlineData("cut short", SecretProblemCode.Malformed, "cut short")]
    [InlineData("too large", SecretProblemCode.TooLarge, "1048576 allowed")]
    public void Unsound_bundle_is_told_why_and_harms_no_other(string how, SecretProblemCode code, string why)
    {
        var answer = Read(Svids.Bundles((Own, Svids.Bundle(_own)), (Foreign, Spoiled(how))));

        var problem = Assert.IsType<SecretState.Invalid>(answer.States[Foreign]).Problem;
        Assert.Equal(code, problem.Code);
        Assert.Contains(why, problem.Message, StringComparison.Ordinal);
        Assert.Equal(["example.org"], Context(answer, "ALL").TrustDomains.Keys);
        Context(answer, Own);
    }

    [Fact]
    public void Unsound_bundle_of_a_domain_that_was_sound_keeps_what_was_good_in_all()
    {
        var before = Read(Svids.Bundles((Own, Svids.Bundle(_own)), (Foreign, Svids.Bundle(_foreign))));

        var after = Read(Svids.Bundles((Own, Svids.Bundle(_own)), (Foreign, Spoiled("leaf"))), previous: before);

        Assert.Equal(before.States["ALL"], after.States["ALL"]);
        Assert.Equal(before.States[Foreign], after.States[Foreign].LastGood);
    }

    [Fact]
    public void Message_that_is_unsound_as_a_whole_forgets_nothing_that_was_good()
    {
        var before = Read(Svids.Bundles((Own, Svids.Bundle(_own)), (Foreign, Svids.Bundle(_foreign))));

        var between = Read(new X509BundlesResponse(), previous: before);
        var after = Read(Svids.Bundles((Own, Svids.Bundle(_own)), (Foreign, Spoiled("leaf"))), previous: between);

        Assert.Equal(before.States["ALL"], after.States["ALL"]);
    }

    [Fact]
    public void Domain_that_is_gone_is_gone_from_all_at_once()
    {
        var before = Read(Svids.Bundles((Own, Svids.Bundle(_own)), (Foreign, Svids.Bundle(_foreign))));

        var after = Read(Svids.Bundles((Own, Svids.Bundle(_own))), previous: before);

        Assert.Equal(["example.org"], Context(after, "ALL").TrustDomains.Keys);
        Assert.DoesNotContain(Foreign, after.States.Keys);
    }

    [Fact]
    public void All_without_any_sound_bundle_is_told_why() =>
        Assert.IsType<SecretState.Invalid>(Read(Svids.Bundles((Own, Spoiled("leaf")))).States["ALL"]);

    [Theory]
    [InlineData("Example.org")]
    [InlineData("spiffe://example.org/path")]
    [InlineData("ALL")]
    [InlineData("")]
    public void Name_that_is_no_trust_domain_is_a_problem_and_harms_no_other(string name)
    {
        var answer = Read(Svids.Bundles((name, Svids.Bundle(_foreign)), (Own, Svids.Bundle(_own))));

        Assert.Contains("no trust domain", Assert.Single(answer.Problems), StringComparison.Ordinal);
        Assert.Equal(["example.org"], Context(answer, "ALL").TrustDomains.Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_bundles_of_one_domain_in_both_spellings_lose_no_anchor_in_silence(bool swapped)
    {
        var before = Read(Svids.Bundles((Own, Svids.Bundle(_own)), (Foreign, Svids.Bundle(_foreign))));
        var (one, two) = swapped ? (_own, _foreign) : (_foreign, _own);

        var answer = Read(Svids.Bundles((Own, Svids.Bundle(_own)), (Foreign, Svids.Bundle(one)), ("example.net", Svids.Bundle(two))), previous: before);

        var state = Assert.IsType<SecretState.Invalid>(answer.States[Foreign]);
        Assert.Contains("there are two of it, and they differ", state.Problem.Message, StringComparison.Ordinal);
        Assert.Equal(before.States[Foreign], state.LastGood);
        Assert.Equal(before.States["ALL"], answer.States["ALL"]);
    }

    [Fact]
    public void Equal_bundles_of_one_domain_in_both_spellings_are_one()
    {
        var answer = Read(Svids.Bundles((Own, Svids.Bundle(_own)), ("example.org", Svids.Bundle(_own))));

        Assert.Equal(_own.Trust.TrustAnchors, Context(answer, Own).TrustDomains["example.org"]);
        Assert.Equal(["example.org"], Context(answer, "ALL").TrustDomains.Keys);
    }

    private static WorkloadAnswer Read(X509BundlesResponse response, bool flat = false, WorkloadAnswer? previous = null) =>
        new BundleReader("spire", flat).Read(response, previous);

    private static ValidationContext Context(WorkloadAnswer answer, string name) =>
        Assert.IsType<ValidationContext>(Assert.IsType<SecretState.Found>(answer.States[name]).Secret);

    private ByteString Spoiled(string how) => how switch
    {
        "empty" => ByteString.Empty,
        "leaf" => Svids.Der([.. _foreign.Trust.TrustAnchors, _foreign.Issue().Secret.Leaf]),
        "private key" => ByteString.CopyFrom([.. Svids.Bundle(_foreign), .. Svids.Make(_foreign, "spiffe://example.net/a").X509SvidKey]),
        "garbage" => ByteString.CopyFromUtf8("bundle"),
        "cut short" => ByteString.CopyFrom(Svids.Bundle(_foreign).Span[..^10]),
        _ => ByteString.CopyFrom(new byte[(1024 * 1024) + 1]),
    };
}
