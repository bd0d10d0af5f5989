using System.Collections.Immutable;
using SecretProviders.Kubernetes.References;

namespace SecretProviders.Kubernetes.Tests.References;

public sealed class KubernetesKeyTests
{
    private static readonly NamespaceList Edge = new(["edge", "certs"], "own");

    [Theory]
    [InlineData("edge/web", "Secret 'edge/web'")]
    [InlineData("certs/web", "Secret 'certs/web'")]
    [InlineData("web", "Secret 'edge/web'")]
    [InlineData("web.example.org", "Secret 'edge/web.example.org'")]
    [InlineData("1-a", "Secret 'edge/1-a'")]
    [InlineData("kubernetes://web", "Secret 'edge/web'")]
    [InlineData("kubernetes://edge/web", "Secret 'edge/web'")]
    [InlineData("kubernetes-gateway://edge/web", "Secret 'edge/web'")]
    [InlineData("configmap://roots", "ConfigMap 'edge/roots'")]
    [InlineData("configmap://certs/roots", "ConfigMap 'certs/roots'")]
    [InlineData("clustertrustbundle://mesh", "ClusterTrustBundle 'mesh'")]
    [InlineData("clustertrustbundle://example.com:mesh:v1", "ClusterTrustBundle 'example.com:mesh:v1'")]
    [InlineData("clustertrustbundle-signer://example.com/mesh", "ClusterTrustBundles of signer 'example.com/mesh'")]
    public void Key_names_an_object(string key, string expected) => Assert.Equal(expected, Parse(key).ToString());

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("/")]
    [InlineData("/web")]
    [InlineData("edge/")]
    [InlineData("edge//web")]
    [InlineData("edge/web/tls.crt")]
    [InlineData("edge/..")]
    [InlineData("edge/.")]
    [InlineData("edge/a..b")]
    [InlineData("edge/-web")]
    [InlineData("edge/Web")]
    [InlineData("edge/we_b")]
    [InlineData("edge/web?watch=true")]
    [InlineData("edge/web%2f..")]
    [InlineData("edge/web\n")]
    [InlineData("edge/wéb")]
    [InlineData("ed.ge/web")]
    [InlineData("../secrets/web")]
    [InlineData("vault://web")]
    [InlineData("configmap://")]
    [InlineData("clustertrustbundle://")]
    [InlineData("clustertrustbundle://a/b")]
    [InlineData("clustertrustbundle://..")]
    [InlineData("clustertrustbundle-signer://mesh")]
    [InlineData("clustertrustbundle-signer://example.com/")]
    [InlineData("clustertrustbundle-signer://example.com/a,metadata.name=b")]
    [InlineData("clustertrustbundle-signer://example.com/../x")]
    public void Key_that_names_no_object_is_refused(string key) => Assert.Equal(SecretProblemCode.BadName, Problem(key).Code);

    [Theory]
    [InlineData(64, 5)]
    [InlineData(5, 254)]
    [InlineData(5, 1024 * 1024)]
    public void Names_have_the_lengths_of_Kubernetes(int place, int name) =>
        Assert.Equal(SecretProblemCode.BadName, Problem($"{new string('a', place)}/{new string('b', name)}", new NamespaceList(["*"], "own")).Code);

    [Fact]
    public void Problem_shows_a_hostile_key_short_and_printable()
    {
        var message = Problem("\u001b[2J" + new string('x', 10_000)).Message;

        Assert.StartsWith("'?[2Jxxx", message, StringComparison.Ordinal);
        Assert.True(message.Length < 300);
    }

    [Fact]
    public void Namespace_that_is_not_listed_is_refused_with_those_that_are()
    {
        var message = Problem("kube-system/web").Message;

        Assert.Contains("certs, edge", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_list_the_own_namespace_may_be_read_and_no_other()
    {
        var own = new NamespaceList([], "own");

        Assert.Equal("own", Parse("web", own).Namespace);
        Assert.Equal(SecretProblemCode.BadName, Problem("edge/web", own).Code);
    }

    [Fact]
    public void All_namespaces_may_be_read_and_the_own_is_the_default()
    {
        var all = new NamespaceList(["*"], "own");

        Assert.Equal(("own", "other"), (Parse("web", all).Namespace, Parse("other/web", all).Namespace));
    }

    [Theory]
    [InlineData("edge/web-cacert", "web")]
    [InlineData("edge/-cacert", null)]
    [InlineData("edge/web", null)]
    [InlineData("configmap://edge/web-cacert", null)]
    public void Companion_is_a_Secrets_name_with_the_suffix(string key, string? leaf)
    {
        KubernetesKey.TryParse(new SecretReference(key), Edge, out var parsed, out _);

        Assert.Equal(leaf, parsed?.CompanionOf);
    }

    [Fact]
    public void Version_is_refused() => Assert.False(KubernetesKey.TryParse(new SecretReference("edge/web") { Version = "7" }, Edge, out _, out _));

    [Fact]
    public void Referrer_of_the_same_namespace_needs_no_grant() => Assert.Null(Parse("edge/web", null, ("fromNamespace", "edge")).From);

    [Fact]
    public void Referrer_is_a_Gateway_unless_it_says_otherwise()
    {
        Assert.Equal(new Referrer("apps", "gateway.networking.k8s.io", "Gateway"), Parse("edge/web", null, ("fromNamespace", "apps")).From);
        Assert.Equal(
            new Referrer("apps", "example.com", "Proxy"),
            Parse("edge/web", null, ("fromNamespace", "apps"), ("fromGroup", "example.com"), ("fromKind", "Proxy")).From);
    }

    [Theory]
    [InlineData("fromKind", "Proxy")]
    [InlineData("namespace", "apps")]
    public void Parameters_that_make_no_referrer_are_refused(string name, string value)
    {
        var reference = new SecretReference("edge/web") { Parameters = ImmutableSortedDictionary<string, string>.Empty.Add(name, value) };

        Assert.False(KubernetesKey.TryParse(reference, Edge, out _, out var problem));
        Assert.Contains("fromNamespace", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cluster_objects_take_no_referrer()
    {
        var reference = new SecretReference("clustertrustbundle://mesh") { Parameters = ImmutableSortedDictionary<string, string>.Empty.Add("fromNamespace", "apps") };

        Assert.False(KubernetesKey.TryParse(reference, Edge, out _, out _));
    }

    private static KubernetesKey Parse(string key, NamespaceList? namespaces = null, params (string Name, string Value)[] parameters)
    {
        var reference = new SecretReference(key) { Parameters = parameters.ToImmutableSortedDictionary(static one => one.Name, static one => one.Value, StringComparer.Ordinal) };
        Assert.True(KubernetesKey.TryParse(reference, namespaces ?? Edge, out var parsed, out var problem), problem?.Message);
        return parsed;
    }

    private static SecretProblem Problem(string key, NamespaceList? namespaces = null)
    {
        Assert.False(KubernetesKey.TryParse(new SecretReference(key), namespaces ?? Edge, out _, out var problem));
        return problem;
    }
}
