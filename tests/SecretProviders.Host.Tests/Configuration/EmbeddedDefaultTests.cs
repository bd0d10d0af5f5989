using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Tests.Configuration;

public sealed class EmbeddedDefaultTests
{
    [Theory]
    [InlineData("XDG_RUNTIME_DIR", "/run/user/7", "unix:/run/user/7/secretproviders/sds.sock")]
    [InlineData("HOME", "/home/o'neill", "unix:/home/o'neill/.local/state/secretproviders/sds.sock")]
    public void Its_sockets_lie_in_a_folder_of_the_users_own(string variable, string value, string expected)
    {
        var server = Load(new() { [variable] = value }).Server;

        Assert.Equal([expected, "127.0.0.1:8234"], server.Listeners.Select(static listener => listener.ToString()));
        Assert.Equal(expected.Replace("sds.sock", "admin.sock", StringComparison.Ordinal), server.Admin?.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("relative")]
    public void Without_such_a_folder_it_says_what_to_do(string runtime)
    {
        var mistake = Assert.Throws<SecretConfigurationException>(() => Load(new() { ["XDG_RUNTIME_DIR"] = runtime }));

        Assert.Contains("set XDG_RUNTIME_DIR, or give a file with --config", Assert.Single(mistake.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void It_serves_default_and_any_dns_name_with_the_trust_ca()
    {
        var routes = Load(new() { ["XDG_RUNTIME_DIR"] = "/run/user/7" }).Routes;

        Assert.Equal(["ca", "default", "{dns}"], routes.Select(static route => route.Route.Pattern));
        Assert.All(routes.Skip(1), static route => Assert.Equal(["ca"], route.Route.ChainsTo));
    }

    private static HostConfiguration Load(Dictionary<string, string> variables) => new ConfigurationLoader(null, [], variables, "/").Load();
}
