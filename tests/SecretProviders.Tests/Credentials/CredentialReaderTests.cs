using System.Text;
using SecretProviders.Testing;
using SecretProviders.Tests.FileSystem;

namespace SecretProviders.Tests.Credentials;

public sealed class CredentialReaderTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("credentials-").FullName;
    private readonly FakeSecretProvider _provider = new();
    private readonly TestCertificateAuthority _authority = new();
    private readonly CredentialReader _reader;

    public CredentialReaderTests() => _reader = new CredentialReader("vault", () => _provider);

    [Theory]
    [InlineData("s.abc", "s.abc")]
    [InlineData("s.abc\n", "s.abc")]
    [InlineData("s.abc \r\n\t\n", "s.abc")]
    [InlineData(" two words \n", " two words")]
    public async Task A_text_ends_before_its_trailing_white_space(string content, string expected)
    {
        var credential = SecretCredential.FromFile(Write("token", content));

        Assert.Equal(expected, Text(await _reader.ReadValueAsync(credential)));
    }

    [Fact]
    public async Task A_file_is_read_anew_each_time()
    {
        var credential = SecretCredential.FromFile(Write("token", "one"));
        await _reader.ReadValueAsync(credential);
        Write("token", "two");

        Assert.Equal("two", Text(await _reader.ReadValueAsync(credential)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public async Task An_empty_file_is_no_credential(string content)
    {
        var path = Write("token", content);

        Assert.Equal(
            $"The credential of source 'vault', file '{path}', is empty; write it there.",
            await FailAsync(_reader.ReadValueAsync(SecretCredential.FromFile(path))));
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        var path = Path.Combine(_folder, "absent");

        Assert.StartsWith(
            $"The credential of source 'vault', file '{path}', cannot be read: ",
            await FailAsync(_reader.ReadValueAsync(SecretCredential.FromFile(path))),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_more_than_a_mebibyte_is_refused_unread()
    {
        var path = Path.Combine(_folder, "huge");
        using (var file = File.Create(path))
        {
            file.SetLength((1024 * 1024) + 1);
        }

        Assert.Equal(
            $"The credential of source 'vault': The file '{path}' has 1048577 bytes, but 1048576 are allowed: name the right file.",
            await FailAsync(_reader.ReadValueAsync(SecretCredential.FromFile(path))));
    }

    [Fact]
    public async Task A_fifo_is_refused_without_being_opened()
    {
        var path = Path.Combine(_folder, "pipe");
        Posix.MakeFifo(path);

        Assert.Equal(
            $"The credential of source 'vault': '{path}' is a FIFO, a socket or a device, but a regular file is expected there: put one there.",
            await FailAsync(_reader.ReadValueAsync(SecretCredential.FromFile(path))));
    }

    [Fact]
    public async Task A_certificate_is_one_file_with_its_key()
    {
        var issued = _authority.Issue();
        Write("pair.pem", Encoding.ASCII.GetString([.. issued.CertificatePem, .. issued.PrivateKeyPem]));

        Assert.Equal(issued.Secret, await _reader.ReadCertificateAsync(SecretCredential.FromFile(Path.Combine(_folder, "pair.pem"))));
    }

    [Fact]
    public async Task A_certificate_is_two_files()
    {
        var issued = _authority.Issue();
        var certificate = Write("client.crt", Encoding.ASCII.GetString(issued.CertificatePem));
        var key = Write("client.key", Encoding.ASCII.GetString(issued.PrivateKeyPem));

        Assert.Equal(issued.Secret, await _reader.ReadCertificateAsync(SecretCredential.FromFile(certificate, key)));
    }

    [Fact]
    public async Task A_certificate_is_a_folder()
    {
        var issued = _authority.Issue();
        Write("tls.crt", Encoding.ASCII.GetString(issued.CertificatePem));
        Write("tls.key", Encoding.ASCII.GetString(issued.PrivateKeyPem));

        Assert.Equal(issued.Secret, await _reader.ReadCertificateAsync(SecretCredential.FromFile(_folder)));
    }

    [Fact]
    public async Task A_certificate_with_the_key_of_another_is_not_sound()
    {
        var issued = _authority.Issue();
        var certificate = Write("client.crt", Encoding.ASCII.GetString(issued.CertificatePem));
        var key = Write("client.key", Encoding.ASCII.GetString(_authority.Issue().PrivateKeyPem));

        Assert.StartsWith(
            "The credential of source 'vault' is not sound: ",
            await FailAsync(_reader.ReadCertificateAsync(SecretCredential.FromFile(certificate, key))),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trust_is_a_file_of_anchors()
    {
        var ca = Write("ca.pem", Encoding.ASCII.GetString(_authority.Issue().TrustPem));

        Assert.Equal(_authority.Trust, await _reader.ReadTrustAsync(SecretCredential.FromFile(ca)));
    }

    [Fact]
    public async Task A_secret_is_taken_in_its_newest_version()
    {
        _provider.Set("token", Generic("one"));
        Assert.Equal("one", Text(await _reader.ReadValueAsync(SecretCredential.FromSecret("token"))));
        _provider.Set("token", Generic("two"));

        Assert.Equal("two", Text(await _reader.ReadValueAsync(SecretCredential.FromSecret("token"))));
    }

    [Fact]
    public async Task A_secret_is_subscribed_to_until_disposal()
    {
        _provider.Set("token", Generic("one"));
        _provider.Set("cert", _authority.Issue().Secret);
        await _reader.ReadValueAsync(SecretCredential.FromSecret("token"));
        await _reader.ReadValueAsync(SecretCredential.FromSecret("token"));
        await _reader.ReadCertificateAsync(SecretCredential.FromSecret("cert"));

        Assert.Equal("source vault", Assert.Single(_provider.Consumers).Id);
        await _reader.DisposeAsync();
        Assert.Empty(_provider.Consumers);
    }

    [Fact]
    public async Task A_disposed_reader_subscribes_to_nothing()
    {
        _provider.Set("token", Generic("one"));
        await _reader.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _reader.ReadValueAsync(SecretCredential.FromSecret("token")));
        Assert.Empty(_provider.Consumers);
    }

    [Fact]
    public async Task A_file_costs_no_subscription()
    {
        await _reader.ReadValueAsync(SecretCredential.FromFile(Write("token", "one")));

        Assert.Empty(_provider.Consumers);
    }

    [Fact]
    public async Task An_absent_secret_is_told_with_its_status()
    {
        _provider.Remove("token");

        Assert.Equal(
            "The credential of source 'vault', secret 'token', is Absent.",
            await FailAsync(_reader.ReadValueAsync(SecretCredential.FromSecret("token"))));
    }

    [Fact]
    public async Task A_source_without_a_provider_has_files_only() => Assert.Equal(
        "The credential of source 'lone', secret 'token', cannot be read, since the source belongs to no provider; name a file.",
        await FailAsync(new CredentialReader("lone").ReadValueAsync(SecretCredential.FromSecret("token"))));

    [Fact]
    public async Task A_secret_of_another_kind_is_told()
    {
        _provider.Set("x", _authority.Trust);

        Assert.Equal(
            "The credential of source 'vault', secret 'x', is not a generic secret, but a text is needed; give its route kind: generic.",
            await FailAsync(_reader.ReadValueAsync(SecretCredential.FromSecret("x"))));
        Assert.Equal(
            "The credential of source 'vault', secret 'x', is not a TLS certificate; name one.",
            await FailAsync(_reader.ReadCertificateAsync(SecretCredential.FromSecret("x"))));
        _provider.Set("x", Generic("one"));
        Assert.Equal(
            "The credential of source 'vault', secret 'x', is not a validation context; name one, or give its route kind: validationContext.",
            await FailAsync(_reader.ReadTrustAsync(SecretCredential.FromSecret("x"))));
    }

    [Fact]
    public async Task A_field_is_taken_by_its_name()
    {
        _provider.Set("login", Fields(("user", "u"), ("password", "p")));

        Assert.Equal("p", Text(await _reader.ReadValueAsync(SecretCredential.FromSecret("login", "password"))));
    }

    [Fact]
    public async Task The_only_field_needs_no_name()
    {
        _provider.Set("login", Fields(("token", "t")));

        Assert.Equal("t", Text(await _reader.ReadValueAsync(SecretCredential.FromSecret("login"))));
    }

    [Fact]
    public async Task One_of_several_fields_must_be_named()
    {
        _provider.Set("login", Fields(("user", "u"), ("password", "p")));

        Assert.Equal(
            "The credential of source 'vault', secret 'login', has several fields; name one of: password, user.",
            await FailAsync(_reader.ReadValueAsync(SecretCredential.FromSecret("login"))));
        Assert.Equal(
            "The credential of source 'vault', secret 'login', has no field 'pin'; it has: password, user.",
            await FailAsync(_reader.ReadValueAsync(SecretCredential.FromSecret("login", "pin"))));
    }

    [Fact]
    public void A_credential_says_where_it_is_and_no_more()
    {
        Assert.Equal("file '/a'", SecretCredential.FromFile("/a").ToString());
        Assert.Equal("secret 'b'", SecretCredential.FromSecret("b", "c").ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        await _provider.DisposeAsync();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<string> FailAsync<T>(ValueTask<T> reading)
    {
        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await reading);
        Assert.Equal(SecretErrorCode.Unavailable, failure.Code);
        return failure.Message;
    }

    private static string Text(SensitiveBytes bytes) => Encoding.UTF8.GetString(bytes.GetSpan());

    private static GenericSecret Generic(string value) => new(SensitiveBytes.Copy(Encoding.UTF8.GetBytes(value)));

    private static GenericSecret Fields(params (string Name, string Value)[] fields) =>
        new(fields.Select(static field => KeyValuePair.Create(field.Name, SensitiveBytes.Copy(Encoding.UTF8.GetBytes(field.Value)))));

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
