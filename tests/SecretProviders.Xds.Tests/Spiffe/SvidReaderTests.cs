using System.Text;
using Google.Protobuf;
using SecretProviders.Spiffe;
using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Workload;
using SecretProviders.Xds.Tests.Identities;

namespace SecretProviders.Xds.Tests.Spiffe;

public sealed class SvidReaderTests : IDisposable
{
    private const string Web = "spiffe://example.org/web";
    private const string Db = "spiffe://example.org/db";
    private readonly TestCertificateAuthority _authority = new("example.org");

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void First_svid_is_the_default_and_each_has_its_id()
    {
        var answer = Read(Svids.Make(_authority, Web), Svids.Make(_authority, Db));

        Assert.Same(answer.States[Web], answer.States["default"]);
        Assert.Equal(["ROOTCA", "default", Db, Web], answer.States.Keys.Order(StringComparer.Ordinal));
        Assert.NotEqual(Found(answer, Web).Secret, Found(answer, Db).Secret);
    }

    [Fact]
    public void Svid_carries_its_key_its_bundle_and_its_place()
    {
        var certificate = _authority.Issue("web", Svids.Options(Web)).Secret;

        var found = Found(Read(Svids.Make(Web, certificate, _authority)), Web);

        Assert.Equal(certificate, found.Secret);
        Assert.Equal(_authority.Trust.TrustAnchors, found.Trust!.TrustDomains["example.org"]);
        Assert.Empty(found.Trust.TrustAnchors);
        Assert.Equal(("spire", Web), (found.Origin!.Source, found.Origin.Location));
    }

    [Fact]
    public void Rootca_is_the_bundle_of_the_first_svid()
    {
        using var other = new TestCertificateAuthority("example.net");

        var answer = Read(Svids.Make(_authority, Web), Svids.Make(other, "spiffe://example.net/web"));

        Assert.Equal(Found(answer, "default").Trust, Found(answer, "ROOTCA").Secret);
    }

    [Fact]
    public void Flat_bundle_is_a_plain_list()
    {
        var found = Found(Read(flat: true, Svids.Make(_authority, Web)), Web);

        Assert.Equal(_authority.Trust, found.Trust);
    }

    [Fact]
    public void First_svid_of_a_name_or_a_hint_is_the_one()
    {
        var first = Svids.Make(_authority, Web, hint: "internal");
        var answer = Read(first, Svids.Make(_authority, Web, hint: "external"), Svids.Make(_authority, Db, hint: "internal"));

        Assert.Same(answer.States[Web], answer.States["hint:internal"]);
        Assert.Same(answer.States[Web], answer.States["default"]);
        Assert.NotEqual(Found(answer, Web).Secret, Found(answer, "hint:external").Secret);
    }

    [Fact]
    public void Revocation_lists_go_into_the_trust()
    {
        var response = Svids.Response(Svids.Make(_authority, Web));
        var list = _authority.CreateRevocationList(_authority.Issue());
        response.Crl.Add(ByteString.CopyFrom(list.Span));

        var trust = Found(Read(response), Web).Trust!;

        Assert.Equal(list.ToArray(), Assert.Single(trust.RevocationLists).ToArray());
    }

    [Fact]
    public void Intermediates_stay_in_the_chain()
    {
        using var intermediate = _authority.CreateIntermediate();

        var found = Found(Read(Svids.Make(intermediate, Web)), Web);

        Assert.Equal(2, ((TlsCertificate)found.Secret).Chain.Length);
    }

    [Fact]
    public void Message_without_an_svid_is_unsound_as_a_whole()
    {
        var answer = Read(new X509SVIDResponse());

        Assert.Empty(answer.States);
        Assert.Contains("section 5.2.1", answer.Problem!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two URIs", SecretProblemCode.Malformed, "X.509-SVID, section 2")]
    [InlineData("no URI", SecretProblemCode.Malformed, "X.509-SVID, section 2")]
    [InlineData("other id", SecretProblemCode.Malformed, "another one")]
    [InlineData("foreign key", SecretProblemCode.KeyMismatch, "does not belong")]
    [InlineData("no certificate", SecretProblemCode.Incomplete, "section 5.2.1")]
    [InlineData("no key", SecretProblemCode.Incomplete, "section 5.2.1")]
    [InlineData("no bundle", SecretProblemCode.Incomplete, "it is empty")]
    [InlineData("leaf in bundle", SecretProblemCode.Malformed, "X.509-SVID, section 4.1")]
    [InlineData("leaf as issuer", SecretProblemCode.Malformed, "certificate 2 of its chain")]
    [InlineData("garbage", SecretProblemCode.Malformed, "neither PEM nor DER")]
    [InlineData("cut short", SecretProblemCode.Malformed, "cut short")]
    [InlineData("too large", SecretProblemCode.TooLarge, "more than the 1048576 allowed")]
    [InlineData("no SPIFFE ID", SecretProblemCode.Malformed, "no SPIFFE ID")]
    public void Unsound_svid_is_told_why_and_harms_no_other(string how, SecretProblemCode code, string why)
    {
        var answer = Read(Svids.Make(_authority, Web), Spoil(Svids.Make(_authority, Db, hint: "db"), how));

        var problem = Assert.IsType<SecretState.Invalid>(answer.States["hint:db"]).Problem;
        Assert.Equal(code, problem.Code);
        Assert.Contains(why, problem.Message, StringComparison.Ordinal);
        Assert.Equal([problem.Message], answer.Problems);
        Found(answer, Web);
    }

    [Fact]
    public void Broken_revocation_list_makes_every_svid_unsound_rather_than_less_strict()
    {
        var response = Svids.Response(Svids.Make(_authority, Web));
        response.Crl.Add(ByteString.CopyFromUtf8("not a list"));

        Assert.IsType<SecretState.Invalid>(Read(response).States[Web]);
    }

    private static SecretState.Found Found(WorkloadAnswer answer, string name) => Assert.IsType<SecretState.Found>(answer.States[name]);

    private static WorkloadAnswer Read(params X509SVID[] svids) => Read(flat: false, svids);

    private static WorkloadAnswer Read(bool flat, params X509SVID[] svids) => Read(Svids.Response(svids), flat);

    private static WorkloadAnswer Read(X509SVIDResponse response, bool flat = false) => new SvidReader("spire", new BundleReader("spire", flat)).Read(response, previous: null);

    private X509SVID Spoil(X509SVID svid, string how)
    {
        switch (how)
        {
            case "two URIs":
                return Svids.Make(Db, _authority.Issue("db", new TestCertificateOptions { Uris = [new Uri(Db), new Uri(Web)] }).Secret, _authority, svid.Hint);
            case "no URI":
                return Svids.Make(Db, _authority.Issue("db").Secret, _authority, svid.Hint);
            case "other id":
                svid.SpiffeId = "spiffe://example.org/other";
                return svid;
            case "foreign key":
                svid.X509SvidKey = Svids.Make(_authority, Db).X509SvidKey;
                return svid;
            case "no certificate":
                svid.X509Svid = ByteString.Empty;
                return svid;
            case "no key":
                svid.X509SvidKey = ByteString.Empty;
                return svid;
            case "no bundle":
                svid.Bundle = ByteString.Empty;
                return svid;
            case "leaf in bundle":
                svid.Bundle = Svids.Der([.. _authority.Trust.TrustAnchors, _authority.Issue().Secret.Leaf]);
                return svid;
            case "leaf as issuer":
                return Svids.Make(Db, IssuedByLeaf(), _authority, svid.Hint);
            case "garbage":
                svid.X509Svid = ByteString.CopyFrom(Encoding.ASCII.GetBytes("certificate"));
                return svid;
            case "cut short":
                svid.X509Svid = ByteString.CopyFrom(svid.X509Svid.Span[..^10]);
                return svid;
            case "too large":
                svid.X509Svid = ByteString.CopyFrom(new byte[1024 * 1024]);
                return svid;
            default:
                svid.SpiffeId = "https://example.org/db";
                return svid;
        }
    }

    // A chain in order by its names, whose second certificate is a workload's.
    private TlsCertificate IssuedByLeaf()
    {
        var certificate = _authority.Issue("db", Svids.Options(Db)).Secret;
        var impostor = SvidCertificate.Impostor("CN=example.org");
        return new TlsCertificate([certificate.Leaf, impostor], certificate.PrivateKey);
    }
}
