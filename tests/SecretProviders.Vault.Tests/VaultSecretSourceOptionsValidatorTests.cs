namespace SecretProviders.Vault.Tests;

public sealed class VaultSecretSourceOptionsValidatorTests
{
    private static readonly SecretCredential File = SecretCredential.FromFile("/run/credential");

    public static TheoryData<string, Action<VaultSecretSourceOptions>> Mistakes() => new()
    {
        { "Addresses is empty", static options => options.Addresses.Clear() },
        { "'vault.example' is not http://HOST", static options => options.Addresses[0] = "vault.example" },
        { "'ftp://vault' is not http://HOST", static options => options.Addresses[0] = "ftp://vault" },
        { "'unix:/run/vault.sock' is not http://HOST", static options => options.Addresses[0] = "unix:/run/vault.sock" },
        { "has a user, a query or a fragment", static options => options.Addresses[0] = "https://user:hunter2@vault" },
        { "names a server twice", static options => options.Addresses.Add("https://VAULT") },
        { "Namespace must be a path", static options => options.Namespace = "/" },
        { "Namespace must be a path", static options => options.Namespace = "team\r\nX-Injected: yes" },
        { "Poll must be from 00:00:01", static options => options.Poll = TimeSpan.FromMilliseconds(999) },
        { "Poll must be from 00:00:01", static options => options.Poll = TimeSpan.FromDays(2) },
        { "Timeout must be above zero", static options => options.Timeout = TimeSpan.Zero },
        { "Tls is set, but no address is https", static options => (options.Addresses[0], options.Tls.Ca) = ("http://vault", File) },
        { "set exactly one method of Auth", static options => options.Auth.Token = null },
        { "set exactly one method of Auth", static options => options.Auth.Kubernetes = new VaultKubernetesOptions { Role = "edge" } },
        { "AppRole needs a RoleId", Instead(static auth => auth.AppRole = new VaultAppRoleOptions()) },
        { "no SecretId to unwrap", Instead(static auth => auth.AppRole = new VaultAppRoleOptions { RoleId = "r", SecretIdWrapped = true }) },
        { "Kubernetes needs a Role", Instead(static auth => auth.Kubernetes = new VaultKubernetesOptions()) },
        { "Jwt needs the Jwt itself", Instead(static auth => auth.Jwt = new VaultJwtOptions()) },
        { "Certificate needs the Certificate itself", Instead(static auth => auth.Certificate = new VaultCertificateOptions()) },
        { "the Mount '../sys' is not a path", Instead(static auth => auth.Jwt = new VaultJwtOptions { Jwt = File, Mount = "../sys" }) },
        { "needs https addresses only", Cert(static options => options.Addresses.Add("http://other")) },
        { "beside that of the login by certificate", Cert(static options => options.Tls.Certificate = File) },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Mistake_is_named(string part, Action<VaultSecretSourceOptions> spoil)
    {
        var options = Sound();
        spoil(options);

        var result = new VaultSecretSourceOptionsValidator().Validate("vault", options);

        Assert.Contains(result.Failures ?? [], failure => failure.StartsWith("Source 'vault': ", StringComparison.Ordinal) && failure.Contains(part, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", result.FailureMessage ?? string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_named_at_once()
    {
        var options = new VaultSecretSourceOptions { Poll = TimeSpan.Zero, Timeout = TimeSpan.Zero };

        Assert.Equal(4, new VaultSecretSourceOptionsValidator().Validate("vault", options).Failures?.Count());
    }

    [Fact]
    public void Sound_options_of_every_method_pass()
    {
        Action<VaultSecretSourceOptions>[] sound =
        [
            static _ => { },
            static options => options.Namespace = "team-a/prod",
            static options => options.Addresses.Add("http://127.0.0.1:8200/vault"),
            static options => options.Tls.Ca = File,
            Instead(static auth => auth.AppRole = new VaultAppRoleOptions { RoleId = "r", Mount = "team/approle" }),
            Instead(static auth => auth.Kubernetes = new VaultKubernetesOptions { Role = "edge" }),
            Instead(static auth => auth.Jwt = new VaultJwtOptions { Jwt = File }),
            Cert(static _ => { }),
        ];
        foreach (var change in sound)
        {
            var options = Sound();
            change(options);

            Assert.True(new VaultSecretSourceOptionsValidator().Validate("vault", options).Succeeded);
        }
    }

    private static VaultSecretSourceOptions Sound()
    {
        var options = new VaultSecretSourceOptions { Auth = { Token = File } };
        options.Addresses.Add("https://vault");
        return options;
    }

    private static Action<VaultSecretSourceOptions> Instead(Action<VaultAuthOptions> login) => options =>
    {
        options.Auth.Token = null;
        login(options.Auth);
    };

    private static Action<VaultSecretSourceOptions> Cert(Action<VaultSecretSourceOptions> more) =>
        Instead(static auth => auth.Certificate = new VaultCertificateOptions { Certificate = File }) + more;
}
