using System.Text;
using SecretProviders.Kubernetes.Configuration;
using SecretProviders.Testing;

namespace SecretProviders.Kubernetes.Tests.Configuration;

public sealed class KubeconfigAccessTests : IDisposable
{
    private readonly KubeconfigFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("https://one.example:6443", "https://one.example:6443/")]
    [InlineData("https://one.example/k8s/clusters/c-1", "https://one.example/k8s/clusters/c-1/")]
    [InlineData("http://127.0.0.1:8001/", "http://127.0.0.1:8001/")]
    public void Address_of_the_server_keeps_its_path(string server, string expected) => Assert.Equal(expected, _files.Access($"{{ server: \"{server}\" }}").Server.AbsoluteUri);

    [Fact]
    public void Cluster_is_honoured()
    {
        var access = _files.Access("{ server: \"https://one.example\", tls-server-name: kube, proxy-url: \"socks5://proxy:1080\", certificate-authority: ca.crt }", context: "{ cluster: one, namespace: edge }");

        Assert.Equal(("kube", "edge", false), (access.TlsServerName, access.Namespace, access.SkipsTlsVerification));
        Assert.Equal(new Uri("socks5://proxy:1080"), access.Proxy);
        Assert.Equal($"'{Path.Combine(_files.Folder, "ca.crt")}'", access.Authorities!.Place);
    }

    [Fact]
    public void Verification_is_skipped_only_when_told() => Assert.True(_files.Access("{ server: \"https://one.example\", insecure-skip-tls-verify: true }").SkipsTlsVerification);

    [Fact]
    public void Authority_may_be_written_in_base64()
    {
        var access = _files.Access($"{{ server: \"https://one.example\", certificate-authority-data: {Convert.ToBase64String("PEM"u8)}, certificate-authority: not-this }}");

        Assert.Equal("PEM", Encoding.UTF8.GetString(access.Authorities!.Read().GetSpan()));
    }

    [Fact]
    public void Whom_to_act_as_is_honoured()
    {
        var other = _files.Access(user: "{ token: t, as: jane, as-uid: u1, as-groups: [a] }").ActAs!;

        Assert.Equal(new Impersonation("jane", "u1", "a"), other);
    }

    [Theory]
    [InlineData("{ certificate-authority: ca.crt }", "server is missing")]
    [InlineData("{ server: one.example }", "server is no address")]
    [InlineData("{ server: \"ftp://one.example\" }", "server is no address")]
    [InlineData("{ server: [] }", "server must be a text")]
    [InlineData("{ server: \"https://one\", proxy-url: proxy }", "proxy-url is no address")]
    [InlineData("{ server: \"https://one\", proxy-url: \"quic://proxy\" }", "proxy-url is no address")]
    [InlineData("{ server: \"https://one\", proxy-url: \"https://proxy\" }", "begins with http:// or socks4://")]
    [InlineData("{ server: \"https://one\", certificate-authority-data: \"***\" }", "certificate-authority-data is not base64")]
    [InlineData("{ server: \"https://one\", insecure-skip-tls-verify: perhaps }", "insecure-skip-tls-verify must be true or false")]
    [InlineData("{ server: \"https://one\", insecure-skip-tls-verify: true, certificate-authority: ca.crt }", "contradict each other")]
    public void Mistake_of_a_cluster_is_named(string cluster, string expected)
    {
        var message = _files.Refused(cluster);

        Assert.Contains("cluster 'one'", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ username: bob, password: marker }", "username is not supported")]
    [InlineData("{ password: marker }", "username is not supported")]
    [InlineData("{ auth-provider: { name: gcp } }", "auth-provider is not supported")]
    [InlineData("{ client-certificate: a.crt }", "client-key is missing")]
    [InlineData("{ client-key: a.key }", "client-certificate is missing")]
    [InlineData("{ token: marker, exec: { command: x, apiVersion: client.authentication.k8s.io/v1beta1 } }", "exec stands beside another credential")]
    [InlineData("{ as-groups: [a] }", "as is missing")]
    [InlineData("{ as: jane, as-groups: [a, b] }", "one group only")]
    [InlineData("{ as: jane, as-user-extra: { a: [b] } }", "as-user-extra is not supported")]
    [InlineData("{ exec: plugin }", "exec must be a map")]
    [InlineData("{ exec: { apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never } }", "command is missing")]
    [InlineData("{ exec: { command: x } }", "apiVersion must be one of")]
    [InlineData("{ exec: { command: x, apiVersion: client.authentication.k8s.io/v1alpha1 } }", "apiVersion must be one of")]
    [InlineData("{ exec: { command: x, apiVersion: client.authentication.k8s.io/v1 } }", "interactiveMode must be Never or IfAvailable")]
    [InlineData("{ exec: { command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always } }", "nobody is here to be asked")]
    [InlineData("{ exec: { command: x, apiVersion: client.authentication.k8s.io/v1beta1, args: [ [] ] } }", "args must be a list of texts")]
    [InlineData("{ exec: { command: x, apiVersion: client.authentication.k8s.io/v1beta1, env: [ { value: x } ] } }", "name is missing")]
    public void Mistake_of_a_user_is_named(string user, string expected)
    {
        var message = _files.Refused(user: user);

        Assert.Contains("user 'one'", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("marker", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_file_goes_before_the_token_and_is_relative_to_the_kubeconfig()
    {
        _files.Write("secret/token", " token-of-file \n");

        Assert.Equal("token-of-file", (await ProofAsync("{ token: token, tokenFile: secret/token }")).Token);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("two words")]
    [InlineData("tok\u0007en")]
    public async Task Token_file_without_a_token_is_named(string content)
    {
        var path = _files.Write("token", content);

        var exception = await Assert.ThrowsAsync<SecretSourceException>(() => ProofAsync("{ tokenFile: token }"));

        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_file_that_is_not_there_is_an_outage_that_waiting_does_not_end()
    {
        var exception = await Assert.ThrowsAsync<SecretSourceException>(() => ProofAsync("{ tokenFile: absent }"));

        Assert.True(Assert.IsType<SecretState.Unavailable>(exception.ToState()).Definite);
    }

    [Fact]
    public async Task Client_certificate_comes_from_files_and_follows_them()
    {
        using var authority = new TestCertificateAuthority();
        WritePair(authority.Issue("first"));
        var access = _files.Access(user: "{ client-certificate: me.crt, client-key: me.key }");
        var first = (await access.Credential.GetAsync(false, TestContext.Current.CancellationToken)).Certificate!;
        Assert.Same(first, (await access.Credential.GetAsync(false, TestContext.Current.CancellationToken)).Certificate);

        WritePair(authority.Issue("second"));

        var second = (await access.Credential.GetAsync(false, TestContext.Current.CancellationToken)).Certificate!;
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task Client_certificate_that_is_half_replaced_stays_until_it_is_whole()
    {
        using var authority = new TestCertificateAuthority();
        WritePair(authority.Issue("first"));
        var credential = _files.Access(user: "{ client-certificate: me.crt, client-key: me.key }").Credential;
        var first = (await credential.GetAsync(false, TestContext.Current.CancellationToken)).Certificate!;
        var next = authority.Issue("second");

        File.WriteAllBytes(Path.Combine(_files.Folder, "me.crt"), next.CertificatePem);
        Assert.Same(first, (await credential.GetAsync(false, TestContext.Current.CancellationToken)).Certificate);
        WritePair(next);

        Assert.Equal(next.Secret, (await credential.GetAsync(false, TestContext.Current.CancellationToken)).Certificate);
    }

    [Fact]
    public async Task Client_certificate_that_the_server_refuses_is_not_offered_again_in_place_of_a_broken_one()
    {
        using var authority = new TestCertificateAuthority();
        WritePair(authority.Issue("first"));
        var credential = _files.Access(user: "{ client-certificate: me.crt, client-key: me.key }").Credential;
        await credential.GetAsync(false, TestContext.Current.CancellationToken);

        WritePair(authority.Issue("second").WithKeyOf(authority.Issue("other")));

        await Assert.ThrowsAsync<SecretSourceException>(() => credential.GetAsync(true, TestContext.Current.CancellationToken).AsTask());
    }

    [Fact]
    public async Task Token_file_that_is_empty_for_a_moment_leaves_the_token_that_it_held()
    {
        var path = _files.Write("token", "one");
        var credential = _files.Access(user: "{ tokenFile: token }").Credential;
        Assert.Equal("one", (await credential.GetAsync(false, TestContext.Current.CancellationToken)).Token);

        _files.Write("token", "");
        Assert.Equal("one", (await credential.GetAsync(false, TestContext.Current.CancellationToken)).Token);
        File.Delete(path);
        Assert.Equal("one", (await credential.GetAsync(false, TestContext.Current.CancellationToken)).Token);
        var refused = await Assert.ThrowsAsync<SecretSourceException>(() => credential.GetAsync(true, TestContext.Current.CancellationToken).AsTask());
        _files.Write("token", "two");

        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.Equal("two", (await credential.GetAsync(false, TestContext.Current.CancellationToken)).Token);
    }

    [Fact]
    public async Task Client_certificate_may_be_written_in_base64_beside_a_token()
    {
        using var authority = new TestCertificateAuthority();
        var me = authority.Issue("me");

        var proof = await ProofAsync(
            $"{{ token: t, client-certificate-data: {Convert.ToBase64String(me.CertificatePem)}, client-key-data: {Convert.ToBase64String(me.PrivateKeyPem)} }}");

        Assert.Equal(("t", me.Secret), (proof.Token, proof.Certificate));
    }

    [Fact]
    public async Task Client_certificate_with_another_key_is_named_and_not_shown()
    {
        using var authority = new TestCertificateAuthority();
        WritePair(authority.Issue("me").WithKeyOf(authority.Issue("other")));

        var exception = await Assert.ThrowsAsync<SecretSourceException>(() => ProofAsync("{ client-certificate: me.crt, client-key: me.key }"));

        Assert.Contains("me.crt", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("BEGIN", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_certificate_keeps_its_intermediates()
    {
        using var authority = new TestCertificateAuthority();
        using var intermediate = authority.CreateIntermediate();
        WritePair(intermediate.Issue("me"));

        Assert.Equal(2, (await ProofAsync("{ client-certificate: me.crt, client-key: me.key }")).Certificate!.Chain.Length);
    }

    [Fact]
    public void Plugin_that_wants_an_authority_that_is_not_there_is_a_mistake_of_the_cluster() =>
        Assert.Contains("absent.crt", _files.Refused(
            "{ server: \"https://one\", certificate-authority: absent.crt }",
            "{ exec: { command: x, apiVersion: client.authentication.k8s.io/v1beta1, provideClusterInfo: true } }"), StringComparison.Ordinal);

    [Fact]
    public async Task User_without_anything_is_anonymous()
    {
        var proof = await ProofAsync("{}");

        Assert.Equal((null, null), (proof.Token, proof.Certificate));
    }

    [Fact]
    public async Task Proof_is_never_printed() => Assert.DoesNotContain("marker", (await ProofAsync("{ token: marker }")).ToString(), StringComparison.Ordinal);

    private void WritePair(TestCertificate pair)
    {
        File.WriteAllBytes(Path.Combine(_files.Folder, "me.crt"), pair.CertificatePem);
        File.WriteAllBytes(Path.Combine(_files.Folder, "me.key"), pair.PrivateKeyPem);
    }

    private async Task<Proof> ProofAsync(string user) => await _files.Access(user: user).Credential.GetAsync(false, TestContext.Current.CancellationToken);
}
