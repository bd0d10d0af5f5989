using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Tests.Client;

public sealed class ObjectSelectionTests
{
    [Fact]
    public void Secrets_of_all_namespaces() => Assert.Equal("api/v1/secrets", new ObjectSelection(ApiResource.Secrets).ToPath("v1"));

    [Fact]
    public void One_Secret_is_selected_by_its_name_so_that_a_role_may_name_it() =>
        Assert.Equal(
            "api/v1/namespaces/edge/secrets?fieldSelector=metadata.name%3Dweb%2Ctype%21%3Dx",
            new ObjectSelection(ApiResource.Secrets, "edge", "web") { FieldSelector = "type!=x" }.ToPath("v1"));

    [Fact]
    public void Selectors_and_parameters_are_escaped() =>
        Assert.Equal(
            "api/v1/namespaces/edge/configmaps?fieldSelector=metadata.name%3Da%26b&labelSelector=app%20in%20%28a%2Cb%29&watch=true",
            new ObjectSelection(ApiResource.ConfigMaps, "edge", "a&b") { LabelSelector = "app in (a,b)" }.ToPath("v1", ("watch", "true"), ("limit", null)));

    [Fact]
    public void Groups_have_their_own_path() =>
        Assert.Equal(
            "apis/certificates.k8s.io/v1beta1/clustertrustbundles?fieldSelector=spec.signerName%3Dexample.com%2Fmesh",
            new ObjectSelection(ApiResource.ClusterTrustBundles) { FieldSelector = "spec.signerName=example.com/mesh" }.ToPath("v1beta1"));

    [Theory]
    [InlineData("edge", "web", "secrets 'web' in namespace 'edge'")]
    [InlineData("edge", null, "secrets in namespace 'edge'")]
    [InlineData(null, null, "secrets in all namespaces")]
    public void Text_says_what_and_where(string? place, string? name, string expected) =>
        Assert.Equal(expected, new ObjectSelection(ApiResource.Secrets, place, name).ToString());
}
