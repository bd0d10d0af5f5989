using SecretProviders.Host.Configuration;
using SecretProviders.Host.Serving;

namespace SecretProviders.Host.Tests.Serving;

public sealed class EnvoyDemoTests
{
    [Fact]
    public void It_is_yaml_with_what_envoy_requires()
    {
        var errors = new ConfigurationErrors();

        var document = ConfigurationDocument.Read(EnvoyDemo.Text("/run/user/7/sds.sock"), "envoy.yaml", "/", errors);

        Assert.False(errors.Any);
        Assert.NotNull(document.Find("node"));
        Assert.NotNull(document.Find("static_resources"));
    }
}
