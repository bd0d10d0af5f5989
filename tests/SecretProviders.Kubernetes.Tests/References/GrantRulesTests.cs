using SecretProviders.Kubernetes.References;

namespace SecretProviders.Kubernetes.Tests.References;

public sealed class GrantRulesTests
{
    private static readonly Referrer Gateway = new("apps", "gateway.networking.k8s.io", "Gateway");
    private static readonly GrantRules OneName = new([Gateway], [("", "Secret", "web")]);
    private static readonly GrantRules AllNames = new([Gateway], [("", "Secret", null)]);

    [Fact]
    public void Name_is_permitted() => Assert.True(OneName.Permits(Gateway, "Secret", "web"));

    [Fact]
    public void Other_name_is_not() => Assert.False(OneName.Permits(Gateway, "Secret", "api"));

    [Fact]
    public void Without_a_name_all_are() => Assert.True(AllNames.Permits(Gateway, "Secret", "api"));

    [Fact]
    public void Empty_name_is_no_name() => Assert.True(new GrantRules([Gateway], [("", "Secret", "")]).Permits(Gateway, "Secret", "api"));

    [Fact]
    public void Other_kind_is_not() => Assert.False(AllNames.Permits(Gateway, "ConfigMap", "api"));

    [Fact]
    public void Kind_of_another_group_is_not() => Assert.False(new GrantRules([Gateway], [("example.com", "Secret", null)]).Permits(Gateway, "Secret", "api"));

    [Theory]
    [InlineData("other", "gateway.networking.k8s.io", "Gateway")]
    [InlineData("apps", "", "Gateway")]
    [InlineData("apps", "gateway.networking.k8s.io", "HTTPRoute")]
    public void Other_referrer_is_not(string place, string group, string kind) => Assert.False(AllNames.Permits(new Referrer(place, group, kind), "Secret", "web"));
}
