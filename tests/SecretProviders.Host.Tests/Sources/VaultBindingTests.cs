using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SecretProviders.Host.Tests.Configuration;
using SecretProviders.Vault;

namespace SecretProviders.Host.Tests.Sources;

public sealed class VaultBindingTests
{
    [Fact]
    public void Every_setting_reaches_the_source()
    {
        var options = Bind("""
            { type: vault, addresses: [ "https://a:8200", "https://b:8200" ], namespace: team-a, poll: 10s, timeout: 3s,
              revokeLeases: false, revokeCertificates: true, tls: { ca: { secret: ca }, serverName: vault.example },
              auth: { appRole: { roleId: r-1, secretId: { secret: sid, field: id }, wrapped: true, mount: team/approle } } }
            """);

        Assert.Equal(["https://a:8200", "https://b:8200"], options.Addresses);
        Assert.True(options is { Namespace: "team-a", RevokeLeases: false, RevokeCertificates: true });
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(3)), (options.Poll, options.Timeout));
        Assert.Equal(("ca", "vault.example"), (options.Tls.Ca?.Secret, options.Tls.ServerName));
        Assert.True(options.Auth.AppRole is { RoleId: "r-1", SecretIdWrapped: true, Mount: "team/approle", SecretId: { Secret: "sid", Field: "id" } });
    }

    [Fact]
    public void Without_settings_the_defaults_hold()
    {
        var options = Bind("{ type: vault, address: http://v:8200, auth: { token: { file: /run/vault/token } } }");

        Assert.True(options is { Namespace: null, RevokeLeases: true, RevokeCertificates: false });
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)), (options.Poll, options.Timeout));
        Assert.Equal("/run/vault/token", options.Auth.Token?.Path);
    }

    [Fact]
    public void Every_method_is_read()
    {
        Assert.Equal("/sid", Auth("appRole: { roleId: r, secretIdFile: /sid }").AppRole?.SecretId?.Path);
        Assert.True(Auth("kubernetes: { role: edge }").Kubernetes is { Role: "edge", Mount: "kubernetes", Jwt.Path: not null });
        Assert.True(Auth("kubernetes: { role: edge, mount: k, jwt: { file: /jwt } }").Kubernetes is { Mount: "k", Jwt.Path: "/jwt" });
        Assert.True(Auth("jwt: { role: r, mount: j, jwt: { secret: s } }").Jwt is { Role: "r", Mount: "j", Jwt.Secret: "s" });
        Assert.True(Auth("cert: { role: r, mount: c, certificate: { secret: s } }").Certificate is { Role: "r", Mount: "c", Certificate.Secret: "s" });
    }

    [Theory]
    [InlineData("{ type: vault, auth: { token: { file: /t } } }", "")]
    [InlineData("{ type: vault, address: https://a, addresses: [ https://b ], auth: { token: { file: /t } } }", "")]
    [InlineData("{ type: vault, address: https://a, auth: { token: { file: /t }, jwt: { jwt: { file: /t } } } }", ".auth")]
    [InlineData("{ type: vault, address: https://a, auth: { userpass: { user: u } } }", ".auth")]
    [InlineData("{ type: vault, address: https://a, auth: { token: { secret: a, file: /t } } }", ".auth.token")]
    [InlineData("{ type: vault, address: https://a, auth: { appRole: { roleId: r, secretIdFile: /t, secretId: { file: /t } } } }", ".auth.appRole.secretIdFile")]
    [InlineData("{ type: vault, address: https://a, auth: { appRole: { secretIdFile: /t } } }", ".auth.appRole.roleId")]
    [InlineData("{ type: vault, address: https://a, auth: { kubernetes: { } } }", ".auth.kubernetes.role")]
    [InlineData("{ type: vault, address: https://a, auth: { jwt: { role: r } } }", ".auth.jwt.jwt")]
    [InlineData("{ type: vault, address: https://a, auth: { cert: { role: r } } }", ".auth.cert.certificate")]
    [InlineData("{ type: vault, address: https://a, polls: 1s, auth: { token: { file: /t } } }", ".polls")]
    public void Mistake_is_named_with_its_place(string source, string field) =>
        Assert.Contains(ConfigurationText.Errors(Text(source)), error => error.StartsWith($"host.yaml:2: sources.vault{field}: ", StringComparison.Ordinal));

    private static VaultAuthOptions Auth(string auth) => Bind($"{{ type: vault, address: https://v, auth: {{ {auth} }} }}").Auth;

    private static string Text(string source) =>
        $"sources:\n  vault: {source.ReplaceLineEndings(" ")}\nsecrets:\n  - {{ name: web, from: [ {{ source: vault }} ] }}\n";

    private static VaultSecretSourceOptions Bind(string source)
    {
        var services = new ServiceCollection();
        services.AddSecretProviders(builder => Assert.Single(ConfigurationText.Parse(Text(source)).Sources).Add(builder));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<VaultSecretSourceOptions>>().Get("vault");
    }
}
