using System.Net;
using System.Net.Sockets;
using SecretProviders.Testing;

namespace SecretProviders.Tests.Credentials;

/// <summary>Real handshakes on loopback, with an HTTP server of a few lines.</summary>
public sealed class StoreConnectorTests : IAsyncDisposable
{
    private readonly FakeSecretProvider _provider = new();
    private readonly TestCertificateAuthority _authority = new("Store CA");
    private readonly TestCertificateAuthority _clients = new("Client CA");
    private readonly CredentialReader _credentials;

    public StoreConnectorTests()
    {
        _credentials = new CredentialReader("store", () => _provider);
        _provider.Set("ca", _authority.Trust);
    }

    [Fact]
    public async Task A_store_is_trusted_by_the_ca_of_the_provider()
    {
        await using var server = new TlsEcho(_authority.Issue("localhost").Secret);

        Assert.Equal("none", await AskAsync(server, new StoreTlsOptions { Ca = SecretCredential.FromSecret("ca") }));
    }

    [Fact]
    public async Task Intermediates_that_the_store_sends_complete_its_chain()
    {
        using var intermediate = _authority.CreateIntermediate();
        await using var server = new TlsEcho(intermediate.Issue("localhost").Secret);

        Assert.Equal("none", await AskAsync(server, new StoreTlsOptions { Ca = SecretCredential.FromSecret("ca") }));
    }

    [Fact]
    public async Task An_intermediate_may_be_the_anchor_of_a_store()
    {
        using var intermediate = _authority.CreateIntermediate();
        _provider.Set("ca", new ValidationContext { TrustAnchors = [intermediate.Certificate] });
        await using var server = new TlsEcho(intermediate.Issue("localhost").Secret);

        Assert.Equal("none", await AskAsync(server, new StoreTlsOptions { Ca = SecretCredential.FromSecret("ca") }));
    }

    [Fact]
    public async Task A_store_that_the_ca_did_not_issue_is_refused_for_good()
    {
        await using var server = new TlsEcho(_clients.Issue("localhost").Secret);

        var failure = await FailAsync(server, new StoreTlsOptions { Ca = SecretCredential.FromSecret("ca") });

        Assert.Equal(SecretErrorCode.Unreachable, failure.Code);
        Assert.StartsWith("Store at test: TLS failed: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(". Check the CA, the client certificate and the server's name, and that this port speaks TLS.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_of_another_name_is_refused()
    {
        await using var server = new TlsEcho(_authority.Issue("elsewhere.example").Secret);

        var failure = await FailAsync(server, new StoreTlsOptions { Ca = SecretCredential.FromSecret("ca") });

        Assert.Equal(SecretErrorCode.Unreachable, failure.Code);
    }

    [Fact]
    public async Task A_server_name_stands_in_for_the_host()
    {
        await using var server = new TlsEcho(_authority.Issue("elsewhere.example").Secret);

        Assert.Equal("none", await AskAsync(server, new StoreTlsOptions { Ca = SecretCredential.FromSecret("ca"), ServerName = "elsewhere.example" }));
    }

    [Fact]
    public async Task The_store_is_trusted_by_the_clock_of_the_source()
    {
        await using var server = new TlsEcho(_authority.Issue("localhost").Secret);
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow.AddYears(1));

        var failure = await FailAsync(server, new StoreTlsOptions { Ca = SecretCredential.FromSecret("ca") }, clock);

        Assert.Equal(SecretErrorCode.Unreachable, failure.Code);
    }

    [Fact]
    public async Task A_client_certificate_rotates_with_the_next_connection()
    {
        await using var server = new TlsEcho(_authority.Issue("localhost").Secret);
        var tls = new StoreTlsOptions { Ca = SecretCredential.FromSecret("ca"), Certificate = SecretCredential.FromSecret("client") };
        var first = _clients.Issue("one.example");
        _provider.Set("client", first.Secret);
        Assert.Equal(first.Secret.Leaf.Sha256, await AskAsync(server, tls));

        var second = _clients.Issue("two.example");
        _provider.Set("client", second.Secret);

        Assert.Equal(second.Secret.Leaf.Sha256, await AskAsync(server, tls));
    }

    [Fact]
    public async Task A_client_certificate_that_is_absent_fails_before_the_store_is_asked()
    {
        _provider.Remove("client");
        await using var server = new TlsEcho(_authority.Issue("localhost").Secret);

        var failure = await FailAsync(server, new StoreTlsOptions { Certificate = SecretCredential.FromSecret("client") });

        Assert.Equal("The credential of source 'store', secret 'client', is Absent.", failure.Message);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task Trust_without_an_anchor_is_told()
    {
        _provider.Set("ca", new ValidationContext());
        await using var server = new TlsEcho(_authority.Issue("localhost").Secret);

        var failure = await FailAsync(server, new StoreTlsOptions { Ca = SecretCredential.FromSecret("ca") });

        Assert.Equal("The CA, secret 'ca', holds no trust anchor and no pin.", failure.Message);
    }

    [Fact]
    public async Task Lax_trust_is_told()
    {
        _provider.Set("ca", _authority.Trust with { AcceptUntrusted = true });
        await using var server = new TlsEcho(_authority.Issue("localhost").Secret);

        var failure = await FailAsync(server, new StoreTlsOptions { Ca = SecretCredential.FromSecret("ca") });

        Assert.Equal("The CA, secret 'ca', holds lax flags, which are not honoured here; leave them out.", failure.Message);
    }

    [Fact]
    public async Task A_revoked_store_is_refused_with_the_next_connection()
    {
        var issued = _authority.Issue("localhost");
        await using var server = new TlsEcho(issued.Secret);
        var tls = new StoreTlsOptions { Ca = SecretCredential.FromSecret("ca") };
        _provider.Set("ca", _authority.Trust with { RevocationLists = [_authority.CreateRevocationList()] });
        Assert.Equal("none", await AskAsync(server, tls));

        _provider.Set("ca", _authority.Trust with { RevocationLists = [_authority.CreateRevocationList(issued)] });
        var failure = await FailAsync(server, tls);

        Assert.Equal(SecretErrorCode.Unreachable, failure.Code);
        Assert.Contains("its certificate is revoked", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Matchers_of_names_stand_in_for_the_host()
    {
        await using var server = new TlsEcho(_authority.Issue("agent", new() { Uris = [new Uri("spiffe://example.org/agent")] }).Secret);
        var tls = new StoreTlsOptions { Ca = SecretCredential.FromSecret("ca") };
        Assert.Contains("is not for 'localhost'", (await FailAsync(server, tls)).Message, StringComparison.Ordinal);

        _provider.Set("ca", Accepting("spiffe://example.org/other"));
        Assert.Contains("has no name that is accepted", (await FailAsync(server, tls)).Message, StringComparison.Ordinal);
        _provider.Set("ca", Accepting("spiffe://example.org/agent"));

        Assert.Equal("none", await AskAsync(server, tls));
    }

    [Fact]
    public async Task A_pinned_store_needs_no_ca()
    {
        var issued = _clients.Issue("localhost");
        _provider.Set("ca", new ValidationContext { CertificateHashes = [issued.Secret.Leaf.Sha256] });
        await using var server = new TlsEcho(issued.Secret);
        await using var other = new TlsEcho(_clients.Issue("localhost").Secret);
        var tls = new StoreTlsOptions { Ca = SecretCredential.FromSecret("ca") };

        Assert.Equal("none", await AskAsync(server, tls));
        Assert.Contains("not one of the pinned ones", (await FailAsync(other, tls)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_connection_is_definite()
    {
        var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        free.Dispose();

        var failure = await FailAsync(address, new StoreTlsOptions());

        Assert.Equal(SecretErrorCode.Unreachable, failure.Code);
        Assert.Equal("Store at test cannot be reached: Connection refused. Check the address, and that it runs.", failure.Message);
    }

    [Fact]
    public async Task A_socket_that_is_not_there_is_definite_and_called_so()
    {
        var connector = new StoreConnector(new StoreTlsOptions(), _credentials, socketPath: Path.Combine(Path.GetTempPath(), "no-such-folder", "s.sock"));

        var failure = await FailAsync(new Uri("http://localhost/"), connector);

        Assert.Equal(SecretErrorCode.Unreachable, failure.Code);
        Assert.Contains("there is no such socket", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_in_the_place_of_a_socket_is_definite_and_called_so()
    {
        var path = Path.GetTempFileName();
        var connector = new StoreConnector(new StoreTlsOptions(), _credentials, socketPath: path);

        var failure = await FailAsync(new Uri("http://localhost/"), connector);
        File.Delete(path);

        Assert.Equal(SecretErrorCode.Unreachable, failure.Code);
        Assert.Contains("nobody listens there", failure.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _credentials.DisposeAsync();
        await _provider.DisposeAsync();
        _authority.Dispose();
        _clients.Dispose();
    }

    private ValidationContext Accepting(string uri) =>
        _authority.Trust with { SubjectAltNames = [new SubjectAltNameMatcher(SubjectAltNameType.Uri, SubjectAltNameMatch.Exact, uri)] };

    private Task<string> AskAsync(TlsEcho server, StoreTlsOptions tls) => AskAsync(server.Address, new StoreConnector(tls, _credentials));

    private static async Task<string> AskAsync(Uri address, StoreConnector connector)
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = connector.ConnectAsync, UseProxy = false };
        using var invoker = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var response = await invoker.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync();
    }

    private Task<SecretSourceException> FailAsync(TlsEcho server, StoreTlsOptions tls, TimeProvider? clock = null) =>
        FailAsync(server.Address, new StoreConnector(tls, _credentials, clock));

    private Task<SecretSourceException> FailAsync(Uri address, StoreTlsOptions tls) => FailAsync(address, new StoreConnector(tls, _credentials));

    private static async Task<SecretSourceException> FailAsync(Uri address, StoreConnector connector) =>
        StoreConnector.Explain(await Assert.ThrowsAnyAsync<HttpRequestException>(() => AskAsync(address, connector)), "Store at test");
}
