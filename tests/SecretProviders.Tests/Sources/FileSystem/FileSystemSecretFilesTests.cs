using SecretProviders.FileSystem;
using SecretProviders.Testing;

namespace SecretProviders.Tests.FileSystem;

/// <summary>Reading a set of files while somebody exchanges them, without any watcher to smooth it.</summary>
public sealed class FileSystemSecretFilesTests : IDisposable
{
    private const int Reads = 500;
    private readonly TestFolder _folder = new();
    private readonly TestCertificateAuthority _authority = new();
    private readonly TestCertificate[] _pairs;

    public FileSystemSecretFilesTests() => _pairs = [_authority.Issue("even.example"), _authority.Issue("odd.example")];

    [Fact]
    public void Mounted_secret_is_always_read_whole()
    {
        var mount = new MountedSecret(_folder, "server");
        mount.Write(FileSystemTestBed.Pair(_pairs[0]));

        var states = ReadWhile(number => mount.Write(FileSystemTestBed.Pair(_pairs[number % 2])));

        // Null: swaps followed each other too fast, and nothing is said.
        var said = states.Where(static state => state is not null).ToList();
        Assert.NotEmpty(said);
        Assert.All(said, state => Assert.Contains(Assert.IsType<SecretState.Found>(state).Secret, _pairs.Select(static pair => pair.Secret)));
    }

    [Fact]
    public void Files_renamed_one_by_one_never_pass_as_a_pair_that_nobody_wrote()
    {
        WriteOneByOne(0);

        var states = ReadWhile(WriteOneByOne);

        Assert.All(states, AssertNeverMixed);
    }

    [Fact]
    public void Files_written_in_place_never_pass_as_a_pair_that_nobody_wrote()
    {
        WriteInPlace(0);

        var states = ReadWhile(WriteInPlace);

        Assert.All(states, AssertNeverMixed);
    }

    [Fact]
    public void Trust_beside_a_pair_comes_with_it()
    {
        WriteInPlace(0);
        _folder.Write("server/ca.crt", _pairs[0].TrustPem);

        Assert.Equal(_pairs[0].Trust, Assert.IsType<SecretState.Found>(Read("server", SecretKind.TlsCertificate)).Trust);
    }

    [Fact]
    public void Trust_is_found_alone()
    {
        _folder.Write("ca.crt", _pairs[0].TrustPem);

        Assert.Equal(_pairs[0].Trust, Assert.IsType<SecretState.Found>(Read("ca", kind: null)).Secret);
    }

    [Fact]
    public void Session_ticket_keys_are_read_from_a_folder_in_the_order_of_their_names()
    {
        var (current, previous) = (Enumerable.Repeat((byte)1, 80).ToArray(), Enumerable.Repeat((byte)2, 80).ToArray());
        _folder.Write("tickets/1-previous", previous);
        _folder.Write("tickets/0-current", current);

        var keys = Assert.IsType<SessionTicketKeys>(Assert.IsType<SecretState.Found>(Read("tickets", SecretKind.SessionTicketKeys)).Secret);

        Assert.Equal([current, previous], keys.Keys.Select(static key => key.Memory.ToArray()));
    }

    [Fact]
    public void Generic_folder_has_a_field_for_each_file()
    {
        _folder.Write("login/user", "me");
        _folder.Write("login/password", string.Empty);

        var generic = Assert.IsType<GenericSecret>(Assert.IsType<SecretState.Found>(Read("login", SecretKind.Generic)).Secret);

        Assert.Equal(["password:0", "user:2"], generic.Fields.Select(static field => $"{field.Key}:{field.Value.Length}"));
    }

    [Fact]
    public void Property_is_one_file_of_the_folder()
    {
        _folder.Write("login/user", "me");
        _folder.Write("login/password", "secret");

        var generic = Assert.IsType<GenericSecret>(Assert.IsType<SecretState.Found>(Read("login", SecretKind.Generic, "user")).Secret);

        Assert.Equal("me"u8.ToArray(), generic.Value!.Memory.ToArray());
    }

    [Fact]
    public void Property_that_is_a_folder_is_told()
    {
        _folder.Write("login/user/name", "me");

        Assert.Contains("is a folder", Assert.IsType<SecretState.Invalid>(Read("login", SecretKind.Generic, "user")).Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_file_is_an_empty_value()
    {
        _folder.Write("token", string.Empty);

        Assert.Equal(0, Assert.IsType<GenericSecret>(Assert.IsType<SecretState.Found>(Read("token", SecretKind.Generic)).Secret).Value!.Length);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private void WriteOneByOne(int number)
    {
        _folder.WriteOver("server/tls.crt", _pairs[number % 2].CertificatePem);
        _folder.WriteOver("server/tls.key", _pairs[number % 2].PrivateKeyPem);
    }

    private void WriteInPlace(int number)
    {
        _folder.Write("server/tls.crt", _pairs[number % 2].CertificatePem);
        _folder.Write("server/tls.key", _pairs[number % 2].PrivateKeyPem);
    }

    private void AssertNeverMixed(SecretState? state)
    {
        if (state is SecretState.Found found)
        {
            Assert.Contains(found.Secret, _pairs.Select(static pair => pair.Secret));
        }
        else
        {
            Assert.True(state is null or SecretState.Invalid, $"Moving files were called {state}.");
        }
    }

    private List<SecretState?> ReadWhile(Action<int> write)
    {
        using var stop = new CancellationTokenSource();
        var writer = new Thread(() =>
        {
            for (var number = 1; !stop.IsCancellationRequested; number++)
            {
                write(number);
            }
        });
        writer.Start();
        try
        {
            var states = new List<SecretState?>();
            for (var read = 0; read < Reads; read++)
            {
                states.Add(Read("server", SecretKind.TlsCertificate));
            }

            return states;
        }
        finally
        {
            stop.Cancel();
            writer.Join();
        }
    }

    private SecretState? Read(string name, SecretKind? kind, string? property = null)
    {
        var reference = new SecretReference(name) { Kind = kind, Property = property };
        Assert.True(FileSystemKey.TryParse(reference, out var key, out _));
        return new FileSystemSecretFiles(new FileSystemTree(_folder.Root), key, reference, 100_000, "files").Read().State;
    }
}
