using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.Testing;
using SecretProviders.Vault.Engines.Pki;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Engines.Pki;

/// <summary>Certificates for keys that the host gives.</summary>
public sealed class SigningKeyTests
{
    private static readonly SecretReference Sign = VaultLab.Reference("pki/sign/web", ("common_name", "web.example"), ("alt_names", "other.example"));

    public static TheoryData<string> Sorts => [.. FakeHsmKey.Sorts];

    [Theory]
    [MemberData(nameof(Sorts))]
    public async Task Certificate_is_for_a_key_that_stays_in_its_store(string sort)
    {
        using var key = new FakeHsmKey(sort);
        await using var lab = await StartAsync((_, _) => ValueTask.FromResult<PrivateKey>(key));

        var found = await lab.UntilAsync<SecretState.Found>(lab.Watch(Sign));

        var certificate = Assert.IsType<TlsCertificate>(found.Secret);
        using var leaf = certificate.Leaf.Load();
        Assert.Same(key, certificate.PrivateKey);
        Assert.Equal(key.SubjectPublicKeyInfo.ToArray(), leaf.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal("CN=Fake root", Assert.Single(found.Trust!.TrustAnchors).Subject);
        Assert.Equal(1, key.Signatures);
        Assert.DoesNotContain("pkcs11", Encoding.UTF8.GetString(lab.Node.Requests.Single(static one => one.Path == "pki/sign/web").Body), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sorts))]
    public async Task Request_is_sound_by_the_judgement_of_OpenSSL(string sort)
    {
        using var key = new FakeHsmKey(sort);
        using var file = new TestFile();
        var (made, _) = await new PkiKeys((_, _) => ValueTask.FromResult<PrivateKey>(key)).GetAsync(Sign, TestContext.Current.CancellationToken);
        file.Write(made!.Request);

        using var openssl = Process.Start(new ProcessStartInfo("/usr/bin/openssl", ["req", "-in", file.Path, "-verify", "-noout", "-text"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var text = await openssl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var words = await openssl.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await openssl.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(openssl.ExitCode == 0, words);
        Assert.Contains("verify OK", words + text, StringComparison.Ordinal);
        Assert.Contains("DNS:other.example", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sorts))]
    public async Task Key_of_the_hosts_own_may_be_bytes(string sort)
    {
        using var pair = FakeHsmKey.Make(sort);
        var key = new PrivateKeyBytes(SensitiveBytes.Copy(pair.ExportPkcs8PrivateKey()));
        await using var lab = await StartAsync((_, _) => ValueTask.FromResult<PrivateKey>(key));

        var found = await lab.UntilAsync<SecretState.Found>(lab.Watch(Sign));

        Assert.Equal(key, ((TlsCertificate)found.Secret).PrivateKey);
    }

    [Fact]
    public async Task Each_renewal_asks_for_the_key_by_the_routes_reference()
    {
        var asked = new List<SecretReference>();
        using var first = new FakeHsmKey();
        using var second = new FakeHsmKey();
        await using var lab = await StartAsync((reference, _) =>
        {
            asked.Add(reference);
            return ValueTask.FromResult<PrivateKey>(asked.Count == 1 ? first : second);
        });
        var reader = lab.Watch(Sign);
        await lab.UntilAsync<SecretState.Found>(reader);

        var renewed = await lab.UntilAsync<SecretState.Found>(reader);

        Assert.Same(second, ((TlsCertificate)renewed.Secret).PrivateKey);
        Assert.Equal([Sign, Sign], asked);
    }

    [Fact]
    public async Task Key_that_Vault_makes_is_not_asked_for()
    {
        await using var lab = await StartAsync(static (_, _) => throw new InvalidOperationException());

        var found = await lab.UntilAsync<SecretState.Found>(lab.Watch(Sign with { Key = "pki/issue/web" }));

        Assert.IsType<PrivateKeyBytes>(((TlsCertificate)found.Secret).PrivateKey);
    }

    [Theory]
    [InlineData(SecretErrorCode.Denied, typeof(SecretState.Denied))]
    [InlineData(SecretErrorCode.Unavailable, typeof(SecretState.Unavailable))]
    [InlineData(SecretErrorCode.Invalid, typeof(SecretState.Invalid))]
    public async Task Store_of_keys_that_fails_says_by_its_code_which_state_that_is(SecretErrorCode code, Type expected)
    {
        await using var lab = await StartAsync((_, _) => throw new SecretSourceException(code, "The token is locked: unlock it."));

        var state = await lab.UntilAsync<SecretState>(lab.Watch(Sign));

        Assert.IsType(expected, state);
        Assert.Contains("The token is locked", state.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, lab.Node.Count("pki/sign/web"));
    }

    [Fact]
    public async Task Any_other_failure_is_an_outage_that_repeats_no_words()
    {
        await using var lab = await StartAsync(static (_, _) => throw new InvalidOperationException("pin=1234"));

        var unavailable = await lab.UntilAsync<SecretState.Unavailable>(lab.Watch(Sign));

        Assert.Contains("signing key for 'pki/sign/web' failed with InvalidOperationException", unavailable.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("1234", unavailable.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signature_that_fails_is_a_state_and_keeps_the_last_good()
    {
        using var key = new FakeHsmKey();
        await using var lab = await StartAsync((_, _) => ValueTask.FromResult<PrivateKey>(key));
        var reader = lab.Watch(Sign);
        var found = await lab.UntilAsync<SecretState.Found>(reader);
        key.Instead = static _ => throw new SecretSourceException(SecretErrorCode.Denied, "The key may not sign any more.");

        var denied = await lab.UntilAsync<SecretState.Denied>(reader);
        Assert.Equal(found, denied.LastGood);
        key.Instead = null;

        Assert.NotEqual(found.Secret, (await lab.UntilAsync<SecretState.Found>(reader)).Secret);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Store_of_keys_that_hangs_is_an_outage_after_the_timeout(bool blocks)
    {
        var asked = new TaskCompletionSource();
        await using var lab = await StartAsync(
            async (_, cancelled) =>
            {
                asked.SetResult();
                await WaitInVainAsync(blocks, cancelled);
                throw new InvalidOperationException();
            },
            TimeSpan.FromSeconds(2));
        var reader = lab.Watch(Sign);
        var first = reader.NextAsync();
        await asked.Task;

        lab.Clock.Advance(TimeSpan.FromSeconds(3));

        Assert.IsType<SecretState.Unavailable>(await first);
        Assert.Equal(0, lab.Node.Count("pki/sign/web"));
    }

    [Fact]
    public async Task Key_that_does_not_sign_with_its_own_is_told_before_Vault_is_asked()
    {
        using var key = new FakeHsmKey();
        using var other = new FakeHsmKey();
        key.Instead = async _ => await other.SignHashAsync(new byte[32], HashAlgorithmName.SHA256, null, TestContext.Current.CancellationToken);
        await using var lab = await StartAsync((_, _) => ValueTask.FromResult<PrivateKey>(key));

        var invalid = await lab.UntilAsync<SecretState.Invalid>(lab.Watch(Sign));

        Assert.Contains("pki/sign/web", invalid.Problem.Message, StringComparison.Ordinal);
        Assert.Equal(0, lab.Node.Count("pki/sign/web"));
    }

    [Fact]
    public async Task Certificate_of_another_key_is_Invalid_and_names_the_key()
    {
        using var key = new FakeHsmKey();
        using var authority = new TestCertificateAuthority();
        await using var lab = await StartAsync((_, _) => ValueTask.FromResult<PrivateKey>(key));
        lab.Node.Break("pki/sign/web", FakeVaultFault.Instead(FakeVaultAnswer.Ok(new JsonObject { ["certificate"] = authority.Issue("web.example").Secret.Leaf.ToPem() })));

        var invalid = await lab.UntilAsync<SecretState.Invalid>(lab.Watch(Sign));

        Assert.Equal(SecretProblemCode.KeyMismatch, invalid.Problem.Code);
        Assert.Contains(key.KeyUri, invalid.Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curve_that_Vault_does_not_sign_for_is_Invalid()
    {
        using var key = new FakeHsmKey("brainpool");
        await using var lab = await StartAsync((_, _) => ValueTask.FromResult<PrivateKey>(key));

        var invalid = await lab.UntilAsync<SecretState.Invalid>(lab.Watch(Sign));

        Assert.Contains("neither RSA nor elliptic on P-256, P-384 or P-521", invalid.Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_that_gives_nothing_is_told()
    {
        await using var lab = await StartAsync(static (_, _) => ValueTask.FromResult<PrivateKey>(null!));

        var invalid = await lab.UntilAsync<SecretState.Invalid>(lab.Watch(Sign));

        Assert.Contains(nameof(VaultSecretSourceOptions.SigningKey), invalid.Problem.Message, StringComparison.Ordinal);
    }

    private static async Task WaitInVainAsync(bool blocks, CancellationToken cancelled)
    {
        if (blocks)
        {
            cancelled.WaitHandle.WaitOne();
        }

        await Task.Delay(Timeout.Infinite, CancellationToken.None).WaitAsync(cancelled);
    }

    private static async Task<VaultLab> StartAsync(Func<SecretReference, CancellationToken, ValueTask<PrivateKey>> signingKey, TimeSpan? timeout = null)
    {
        var lab = await VaultLab.StartAsync();
        lab.Vault.AddPki("pki");
        lab.Configure(options =>
        {
            options.SigningKey = signingKey;
            options.Timeout = timeout ?? options.Timeout;
        });
        return lab;
    }
}
