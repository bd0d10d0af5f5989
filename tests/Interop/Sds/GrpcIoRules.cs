using SecretProviders.Testing;
using SecretProviders.Xds.Mapping;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Interop.Tests.Sds;

/// <summary>
/// What holds over a server on gRPC's C core in both variants. No conformance suites: those over grpc-js and
/// go-control-plane look at everything, and a process of Python for each of their tests is too dear.
/// </summary>
public abstract class GrpcIoRules(bool delta) : SdsServerTest(delta)
{
    private const int InvalidArgument = 3;
    private const int Large = 1024 * 1024;
    private readonly GeneratedPython _generated = new();
    private readonly TestCertificateAuthority _authority = new();

    public override async ValueTask InitializeAsync()
    {
        await _generated.InitializeAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _generated.DisposeAsync();
        _authority.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Secrets_of_every_kind_arrive_as_they_are_by_one_source()
    {
        Secret[] secrets =
        [
            _authority.Issue("web.example").Secret,
            _authority.Trust,
            new SessionTicketKeys([SensitiveBytes.Copy(new byte[SessionTicketKeys.KeyLength])]),
            Generic(new string('x', Large)),
        ];
        foreach (var secret in secrets)
        {
            await Server.PutAsync($"{secret.Kind}", secret);
        }

        foreach (var secret in secrets)
        {
            await using var reader = Watch($"{secret.Kind}");
            Assert.Equal(secret, (await reader.WaitForAsync<SecretState.Found>()).Secret);
        }
    }

    [Fact]
    public async Task Changes_arrive_one_by_one_and_touch_no_other_name()
    {
        await Server.PutAsync("token", Generic("0"));
        await Server.PutAsync("other", Generic("other"));
        await using var other = Watch("other");
        await other.WaitForAsync<SecretState.Found>();
        await using var reader = Watch("token");
        await reader.WaitForAsync<SecretState.Found>();

        for (var change = 1; change <= 20; change++)
        {
            await Server.PutAsync("token", Generic($"{change}"));
            Assert.Equal($"{change}", Text(await reader.NextAsync()));
        }

        Assert.False(other.HasNews);
    }

    [Fact]
    public async Task Unsound_secret_is_refused_and_the_last_good_stays()
    {
        var sound = _authority.Issue("web.example").Secret;
        await Server.PutAsync("web", sound);
        await using var reader = Watch("web");
        await reader.WaitForAsync<SecretState.Found>();

        var foreign = SecretWriter.ToMessage("web", _authority.Issue("web.example").Secret);
        var torn = SecretWriter.ToMessage("web", sound);
        torn.TlsCertificate.PrivateKey = foreign.TlsCertificate.PrivateKey;
        await Server.PutAsync("web", torn);
        Assert.Equal(sound, (await reader.WaitForAsync<SecretState.Invalid>()).LastGood!.Secret);
        await Server.PutAsync("web", new Tls.Secret(foreign));

        Assert.NotEqual(sound, (await reader.WaitForAsync<SecretState.Found>()).Secret);
    }

    [Fact]
    public async Task Name_that_the_server_refuses_takes_no_other_down()
    {
        await Server.PutAsync("good", Generic("1"));
        await Server.RefuseAsync("foreign", InvalidArgument);
        await using var good = Watch("good");
        await good.WaitForAsync<SecretState.Found>();

        await using var foreign = Watch("foreign");
        await foreign.WaitForAsync<SecretState.Denied>();
        await Server.PutAsync("good", Generic("2"));

        Assert.Equal("2", Text(await good.WaitForAsync<SecretState.Found>(static found => Text(found) == "2")));
    }

    [Fact]
    public async Task Server_that_was_killed_is_asked_again_and_what_was_good_stays_meanwhile()
    {
        await Server.PutAsync("token", Generic("1"));
        await using var reader = Watch("token");
        await reader.WaitForAsync<SecretState.Found>();

        await KillAsync();
        Assert.Equal("1", Text((await reader.WaitForAsync<SecretState.Unavailable>()).LastGood!));
        await RestartAsync();
        await Server.PutAsync("token", Generic("2"));

        Assert.Equal("2", Text(await reader.WaitForAsync<SecretState.Found>()));
    }

    private protected override ClientProcess Start() => new(Components.Python, Components.PythonSdsServer, _generated.Folder, Socket);
}
