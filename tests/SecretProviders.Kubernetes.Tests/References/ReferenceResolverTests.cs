using System.Collections.Immutable;
using System.Text;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Material;
using SecretProviders.Kubernetes.References;
using SecretProviders.Kubernetes.Tests.Material;
using SecretProviders.Kubernetes.Watching;
using SecretProviders.Testing;

namespace SecretProviders.Kubernetes.Tests.References;

/// <summary>What objects, absent objects and outages make of a reference.</summary>
public sealed class ReferenceResolverTests : IDisposable
{
    private static readonly ObjectView Unknown = new(default, null);
    private static readonly ObjectView Absent = new([], null);
    private static readonly SecretState Outage = new SecretState.Unavailable("down");
    private readonly TestCertificateAuthority _authority = new();
    private readonly TestCertificate _web;

    public ReferenceResolverTests() => _web = _authority.Issue("web.example.org");

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Tls_Secret_is_a_certificate_with_its_origin()
    {
        var found = Found("edge/web", null, View(Tls("web")));

        Assert.Equal(_web.Secret, found.Secret);
        Assert.Equal(new SecretOrigin("k8s") { Location = "edge/web", StoreVersion = "7" }, found.Origin);
        Assert.Null(found.Trust);
    }

    [Fact]
    public void Trust_that_cert_manager_writes_comes_in_the_same_answer() =>
        Assert.Equal(_web.Trust, Found("edge/web", null, View(Tls("web", ("ca.crt", _web.TrustPem)))).Trust);

    [Fact]
    public void Empty_trust_field_is_no_trust() => Assert.Null(Found("edge/web", null, View(Tls("web", ("ca.crt", [])))).Trust);

    [Fact]
    public void Istios_generic_fields_are_a_certificate_with_trust()
    {
        var found = Found("edge/web", null, View(Objects.Secret("web", "Opaque", ("cert", _web.CertificatePem), ("key", _web.PrivateKeyPem), ("cacert", _web.TrustPem))));

        Assert.Equal((_web.Secret, _web.Trust), (found.Secret, found.Trust));
    }

    [Theory]
    [InlineData("ca.crt")]
    [InlineData("cacert")]
    public void Opaque_Secret_with_trust_alone_is_trust(string field) =>
        Assert.Equal(_web.Trust, Found("edge/ca", null, View(Objects.Secret("ca", "Opaque", (field, _web.TrustPem)))).Secret);

    [Fact]
    public void Tls_Secret_whose_fields_are_only_trust_is_Invalid() =>
        Assert.IsType<SecretState.Invalid>(Resolve("edge/web", null, View(Objects.Secret("web", "kubernetes.io/tls", ("ca.crt", _web.TrustPem)))));

    [Fact]
    public void Key_of_another_certificate_is_Invalid()
    {
        var other = _authority.Issue("other.example.org");

        var state = Resolve("edge/web", null, View(Objects.Secret("web", "kubernetes.io/tls", ("tls.crt", _web.CertificatePem), ("tls.key", other.PrivateKeyPem))));

        Assert.Equal(SecretProblemCode.KeyMismatch, Assert.IsType<SecretState.Invalid>(state).Problem.Code);
    }

    [Fact]
    public void Object_that_could_not_be_taken_is_Invalid()
    {
        var problem = new SecretProblem(SecretProblemCode.Malformed, "not base64");
        var broken = new KubernetesObject(new ObjectMetadata("edge", "web", "u", "7", false)) { Problem = problem };

        Assert.Equal(new SecretState.Invalid(problem), Resolve("edge/web", null, View(broken)));
    }

    [Fact]
    public void Absent_Secret_is_NotFound() => Assert.IsType<SecretState.NotFound>(Resolve("edge/web", null, Absent));

    [Fact]
    public void Unknown_Secret_is_nothing_yet() => Assert.Null(Resolve("edge/web", null, Unknown));

    [Fact]
    public void Outage_says_itself_whatever_was_known() => Assert.Equal(Outage, Resolve("edge/web", null, new ObjectView([Tls("web")], Outage)));

    [Fact]
    public void Property_is_one_field()
    {
        var secret = View(Objects.Secret("db", "Opaque", ("user", "bob"u8.ToArray()), ("password", "x"u8.ToArray())));

        var found = Assert.IsType<SecretState.Found>(Resolve(new SecretReference("edge/db") { Property = "password", Kind = SecretKind.Generic }, secret));

        Assert.Equal("x", Encoding.UTF8.GetString(Assert.IsType<GenericSecret>(found.Secret).Value!.GetSpan()));
    }

    [Fact]
    public void Property_that_is_no_field_is_NotFound() =>
        Assert.IsType<SecretState.NotFound>(Resolve(new SecretReference("edge/web") { Property = "other" }, View(Tls("web"))));

    [Fact]
    public void Generic_Secret_keeps_its_fields()
    {
        var found = Found("edge/db", SecretKind.Generic, View(Objects.Secret("db", "Opaque", ("user", "bob"u8.ToArray()), ("password", "x"u8.ToArray()))));

        Assert.Equal(["password", "user"], Assert.IsType<GenericSecret>(found.Secret).Fields.Keys);
    }

    [Fact]
    public void Companion_of_its_own_goes_before_the_leaf() =>
        Assert.Equal("edge/web-cacert", Found("edge/web-cacert", null, View(Objects.Secret("web-cacert", "Opaque", ("cacert", _web.TrustPem))), Unknown).Origin!.Location);

    [Fact]
    public void Companion_of_its_own_goes_before_the_trust_of_the_leaf()
    {
        using var other = new TestCertificateAuthority("Other CA");
        var companion = View(Objects.Secret("web-cacert", "Opaque", ("cacert", other.Issue("web").TrustPem)));

        Assert.Equal(other.Trust, Found("edge/web-cacert", null, companion, View(Tls("web", ("ca.crt", _web.TrustPem)))).Secret);
    }

    [Fact]
    public void Without_a_companion_the_trust_is_the_leafs()
    {
        var found = Found("edge/web-cacert", null, Absent, View(Tls("web", ("ca.crt", _web.TrustPem))));

        Assert.Equal((_web.Trust, "edge/web"), (found.Secret, found.Origin!.Location));
    }

    [Fact]
    public void Leaf_without_trust_has_no_companion() => Assert.IsType<SecretState.NotFound>(Resolve("edge/web-cacert", null, Absent, View(Tls("web"))));

    [Fact]
    public void Companion_waits_until_both_are_known() => Assert.Null(Resolve("edge/web-cacert", null, Absent, Unknown));

    [Fact]
    public void Outage_of_the_leaf_is_the_companions() => Assert.Equal(Outage, Resolve("edge/web-cacert", null, Absent, new ObjectView(default, Outage)));

    [Fact]
    public void Certificate_by_a_companions_name_is_a_Secret_like_any_other()
    {
        var reference = new SecretReference("edge/web-cacert") { Kind = SecretKind.TlsCertificate };

        Assert.Equal(_web.Secret, Assert.IsType<SecretState.Found>(Resolve(reference, View(Tls("web-cacert")))).Secret);
    }

    [Theory]
    [InlineData("ca.crt")]
    [InlineData("ca-bundle.crt")]
    [InlineData("root-cert.pem")]
    [InlineData("trust-bundle.pem")]
    [InlineData("whatever")]
    public void ConfigMap_is_trust(string field) =>
        Assert.Equal(_web.Trust, Found("configmap://edge/roots", null, View(Objects.Trust("edge", "roots", (field, _web.TrustPem)))).Secret);

    [Fact]
    public void ConfigMap_with_a_private_key_is_Invalid() =>
        Assert.IsType<SecretState.Invalid>(Resolve("configmap://edge/roots", null, View(Objects.Trust("edge", "roots", ("ca.crt", [.. _web.TrustPem, .. _web.PrivateKeyPem])))));

    [Fact]
    public void Bundle_is_trust() => Assert.Equal(_web.Trust, Found("clustertrustbundle://mesh", null, View(Objects.Trust("", "mesh", ("ca.crt", _web.TrustPem)))).Secret);

    [Fact]
    public void Bundles_of_a_signer_are_united_without_doubles_in_one_order()
    {
        using var second = new TestCertificateAuthority("Second CA");
        var one = Objects.Trust("", "one", ("ca.crt", [.. _web.TrustPem, .. second.Issue().TrustPem]));
        var two = Objects.Trust("", "two", ("ca.crt", _web.TrustPem));

        var trust = Found("clustertrustbundle-signer://example.com/mesh", null, new ObjectView([one, two], null)).Secret;
        var turned = Found("clustertrustbundle-signer://example.com/mesh", null, new ObjectView([two, one], null)).Secret;

        Assert.Equal(2, Assert.IsType<ValidationContext>(trust).TrustAnchors.Length);
        Assert.Equal(trust, turned);
    }

    [Fact]
    public void Unsound_bundle_makes_the_union_Invalid_instead_of_smaller()
    {
        var broken = Objects.Trust("", "two", ("ca.crt", "no certificate"u8.ToArray()));

        Assert.IsType<SecretState.Invalid>(Resolve("clustertrustbundle-signer://example.com/mesh", null, new ObjectView([Objects.Trust("", "one", ("ca.crt", _web.TrustPem)), broken], null)));
    }

    [Fact]
    public void Signer_without_bundles_is_NotFound() => Assert.IsType<SecretState.NotFound>(Resolve("clustertrustbundle-signer://example.com/mesh", null, Absent));

    [Fact]
    public void Reference_across_namespaces_is_denied_with_the_grant_that_it_needs()
    {
        var denied = Assert.IsType<SecretState.Denied>(Resolve(FromApps, View(Tls("web")), Absent));

        Assert.Contains("ReferenceGrant in namespace 'edge'", denied.Remedy, StringComparison.Ordinal);
        Assert.Contains("namespace: apps", denied.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Grant_permits_it() => Assert.IsType<SecretState.Found>(Resolve(FromApps, View(Tls("web")), Grant));

    [Fact]
    public void Grant_for_another_name_does_not() =>
        Assert.IsType<SecretState.Denied>(Resolve(FromApps, View(Tls("web")), View(GrantOf("other"))));

    [Fact]
    public void Grant_that_is_withdrawn_takes_the_secret_back() =>
        Assert.Equal(new SecretState.Removed(RemovalReason.Redacted), Resolver(FromApps).Resolve([View(Tls("web")), Absent], wasGranted: true));

    [Fact]
    public void Outage_of_the_grants_takes_nothing_back() =>
        Assert.Equal(Outage, Resolver(FromApps).Resolve([View(Tls("web")), new ObjectView([], Outage)], wasGranted: true));

    [Fact]
    public void Nothing_is_said_before_the_grants_are_known() => Assert.Null(Resolve(FromApps, View(Tls("web")), Unknown));

    [Fact]
    public void Absence_is_not_told_to_who_may_not_refer() => Assert.IsType<SecretState.Denied>(Resolve(FromApps, Absent, Absent));

    [Fact]
    public void What_depends_on_what()
    {
        ObjectKey Own(string name) => new(ApiResource.Secrets, "edge", name);

        Assert.Equal([Own("web")], Resolver(new SecretReference("edge/web")).Dependencies());
        Assert.Equal([Own("web-cacert"), Own("web")], Resolver(new SecretReference("edge/web-cacert")).Dependencies());
        Assert.Equal([Own("web-cacert")], Resolver(new SecretReference("edge/web-cacert") { Kind = SecretKind.TlsCertificate }).Dependencies());
        Assert.Equal([Own("web"), new ObjectKey(ApiResource.ReferenceGrants, "edge", null)], Resolver(FromApps).Dependencies());
        Assert.Equal(
            [new ObjectKey(ApiResource.ClusterTrustBundles, "", null) { FieldSelector = "spec.signerName=example.com/mesh" }],
            Resolver(new SecretReference("clustertrustbundle-signer://example.com/mesh")).Dependencies());
    }

    private static SecretReference FromApps { get; } =
        new("edge/web") { Parameters = ImmutableSortedDictionary<string, string>.Empty.Add("fromNamespace", "apps") };

    private static ObjectView Grant { get; } = View(GrantOf(null));

    private static KubernetesObject GrantOf(string? name) => new(new ObjectMetadata("edge", "grant", "u", "7", false))
    {
        Grant = new GrantRules([new Referrer("apps", "gateway.networking.k8s.io", "Gateway")], [("", "Secret", name)]),
    };

    private static ObjectView View(KubernetesObject item) => new([item], null);

    private static ReferenceResolver Resolver(SecretReference reference)
    {
        Assert.True(KubernetesKey.TryParse(reference, new NamespaceList(["*"], "own"), out var key, out _));
        return new ReferenceResolver(new KubernetesReader("k8s"), key, reference);
    }

    private static SecretState? Resolve(SecretReference reference, params ObjectView[] views) => Resolver(reference).Resolve(views, wasGranted: false);

    private static SecretState? Resolve(string key, SecretKind? kind, params ObjectView[] views) => Resolve(new SecretReference(key) { Kind = kind }, views);

    private static SecretState.Found Found(string key, SecretKind? kind, params ObjectView[] views) => Assert.IsType<SecretState.Found>(Resolve(key, kind, views));

    private KubernetesObject Tls(string name, params (string Name, byte[] Value)[] more) =>
        Objects.Secret(name, "kubernetes.io/tls", [("tls.crt", _web.CertificatePem), ("tls.key", _web.PrivateKeyPem), .. more]);
}
