namespace SecretProviders.Host.Tests.Configuration;

/// <summary>File, environment, switches: the later wins, and each mistake names the place it was made at.</summary>
public sealed class ConfigurationOverridesTests : IDisposable
{
    private readonly ConfigurationText _configuration = new();

    public void Dispose() => _configuration.Dispose();

    [Fact]
    public void An_environment_variable_overrides_the_file()
    {
        _configuration.Variables["SECRETPROVIDERS_SERVER__DRAIN"] = "20s";

        Assert.Equal(TimeSpan.FromSeconds(20), _configuration.Load("server: { drain: 10s }").Server.Drain);
    }

    [Fact]
    public void A_switch_overrides_the_environment()
    {
        _configuration.Variables["SECRETPROVIDERS_SERVER__DRAIN"] = "20s";
        _configuration.Settings.Add("server.drain=30s");

        Assert.Equal(TimeSpan.FromSeconds(30), _configuration.Load("server: { drain: 10s }").Server.Drain);
    }

    [Fact]
    public void Variables_of_a_long_list_are_taken_by_number()
    {
        for (var index = 11; index >= 0; index--)
        {
            _configuration.Variables[$"SECRETPROVIDERS_SECRETS__{index}__NAME"] = $"name-{index}";
            _configuration.Variables[$"SECRETPROVIDERS_SECRETS__{index}__FROM__0__SOURCE"] = "files";
        }

        var routes = _configuration.Load(ConfigurationText.Files).Routes;

        Assert.Equal(Enumerable.Range(0, 12).Select(static index => $"name-{index}"), routes.Select(static route => route.Route.Pattern));
    }

    [Fact]
    public void The_last_of_two_switches_wins()
    {
        _configuration.Settings.AddRange(["server.drain=30s", "server.drain=40s"]);

        Assert.Equal(TimeSpan.FromSeconds(40), _configuration.Load("{}").Server.Drain);
    }

    [Fact]
    public void An_override_adds_what_the_file_has_not()
    {
        _configuration.Variables["SECRETPROVIDERS_SOURCES__FILES__TYPE"] = "fileSystem";
        _configuration.Variables["SECRETPROVIDERS_SOURCES__FILES__PATH"] = "/certs";
        _configuration.Settings.AddRange(["secrets.0.name=a", "secrets.0.from.0.source=files"]);

        var loaded = _configuration.Load("{}");

        Assert.Equal("files", Assert.Single(loaded.Sources).Name);
        Assert.Equal("a", Assert.Single(loaded.Routes).Route.Pattern);
    }

    [Fact]
    public void A_list_is_overridden_by_index()
    {
        _configuration.Settings.AddRange(["server.listeners.0.address=127.0.0.1:2", "server.listeners.1.address=127.0.0.1:3"]);

        var listeners = _configuration.Load("server: { listeners: [ { address: 127.0.0.1:1 } ] }").Server.Listeners;

        Assert.Equal(["127.0.0.1:2", "127.0.0.1:3"], listeners.Select(static listener => listener.ToString()));
    }

    [Theory]
    [InlineData("SECRETPROVIDERS_SERVER__DRIAN", "1s", "SECRETPROVIDERS_SERVER__DRIAN: server.DRIAN: is not a known field; did you mean drain?")]
    [InlineData("SECRETPROVIDERS_SERVER__DRAIN", "x", "SECRETPROVIDERS_SERVER__DRAIN: server.drain: is \"x\"; write a duration such as 500ms, 10s, 5m, 48h or 7d")]
    [InlineData("SECRETPROVIDERS_SERVER__DRAIN", "", "SECRETPROVIDERS_SERVER__DRAIN: server.drain: has no value; write a duration such as 500ms, 10s, 5m, 48h or 7d, or remove it")]
    [InlineData("SECRETPROVIDERS_SERVER", "x", "SECRETPROVIDERS_SERVER: server: is a text; write a map")]
    [InlineData("SECRETPROVIDERS_SERVER__LISTENERS__7__UNIX", "/s", "SECRETPROVIDERS_SERVER__LISTENERS__7__UNIX: SERVER.LISTENERS: is a list of 1; write a number from 0 to 1 instead of 7")]
    [InlineData("SECRETPROVIDERS_AUDIT__FILE", "a", "SECRETPROVIDERS_AUDIT__FILE: audit: is not enforced by this build, and a rule is never silently ignored; remove the section")]
    public void A_mistaken_variable_is_named(string variable, string value, string expected)
    {
        _configuration.Variables[variable] = value;

        Assert.Equal(expected, Assert.Single(_configuration.LoadErrors("server: { drain: 10s, listeners: [ { address: 127.0.0.1:1 } ] }")));
    }

    [Theory]
    [InlineData("server.drian=1s", "--set server.drian: server.drian: is not a known field; did you mean drain?")]
    [InlineData("server.drain=x", "--set server.drain: server.drain: is \"x\"; write a duration such as 500ms, 10s, 5m, 48h or 7d")]
    [InlineData("server.Drain=1s", "--set server.Drain: server.Drain: is not a known field; did you mean drain?")]
    [InlineData("server.drain", "--set server.drain: names no value; write --set a.b.c=value")]
    [InlineData("=x", "--set : names no value; write --set a.b.c=value")]
    [InlineData("server.listeners.x.unix=/s", "--set server.listeners.x.unix: server.listeners: is a list of 1; write a number from 0 to 1 instead of x")]
    [InlineData("server.listeners.0.address=0.0.0.0:1", "--set server.listeners.0.address: server.listeners[0].address: is beyond loopback, where anybody could read the secrets; add tls: { certificate: NAME, clientCa: NAME }, use a loopback address, or set allowPlaintextOnNetwork: true")]
    public void A_mistaken_switch_is_named(string setting, string expected)
    {
        _configuration.Settings.Add(setting);

        Assert.Equal(expected, Assert.Single(_configuration.LoadErrors("server: { drain: 10s, listeners: [ { address: 127.0.0.1:1 } ] }")));
    }

    [Theory]
    [InlineData("SECRETPROVIDERS_CONFIG")]
    [InlineData("SECRETPROVIDERS_SERVICE_HOST")]
    [InlineData("SECRETPROVIDERS_SERVICE_PORT_GRPC")]
    [InlineData("SECRETPROVIDERS_PORT_8234_TCP_ADDR")]
    [InlineData("OTHER_SERVER__DRAIN")]
    public void A_variable_that_is_no_setting_of_ours_is_left_alone(string variable)
    {
        _configuration.Variables[variable] = "anything";

        Assert.Equal(TimeSpan.FromSeconds(10), _configuration.Load("{}").Server.Drain);
    }

    [Fact]
    public void An_overridden_mistake_of_the_file_is_gone()
    {
        _configuration.Settings.Add("server.drain=5s");

        Assert.Equal(TimeSpan.FromSeconds(5), _configuration.Load("server: { drain: soon }").Server.Drain);
    }

    [Fact]
    public void A_relative_path_of_an_override_is_relative_to_the_current_folder()
    {
        Directory.CreateDirectory(Path.Combine(_configuration.Folder, "etc"));
        _configuration.Settings.Add("server.admin.unix=admin.sock");

        Assert.Equal($"unix:{_configuration.Folder}/admin.sock", _configuration.Load("{}", "etc/host.yaml").Server.Admin?.ToString());
    }
}
