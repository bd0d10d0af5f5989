using Microsoft.Extensions.Logging;
using SecretProviders.FileSystem;
using SecretProviders.Testing;

namespace SecretProviders.Tests.FileSystem;

/// <summary>A real folder, a source on it, and certificates to put there.</summary>
internal sealed class FileSystemTestBed(TimeProvider? time = null) : IAsyncDisposable
{
    // Everything here must be seen by its event: the poll is out of reach.
    private static readonly TimeSpan NeverPolled = TimeSpan.FromDays(1);

    private FileSystemSecretSource? _source;

    public TestFolder Folder { get; } = new();

    public TestCertificateAuthority Authority { get; } = new();

    public LogCollector Log { get; } = new();

    public FileSystemSecretSourceOptions Options { get; } = new() { Poll = NeverPolled, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Gets the source; made at the first use, on <c>certs</c> in the folder unless the options say otherwise.</summary>
    public FileSystemSecretSource Source => _source ??= Create();

    public TestCertificate Issue(string name = "test.example") => Authority.Issue(name);

    public SecretStateReader Open(string key, SecretKind? kind = null) => Source.Open(key, kind);

    public async Task<SecretState> ReadAsync(string key, SecretKind? kind = null)
    {
        await using var reader = Open(key, kind);
        return await reader.NextAsync();
    }

    public void WriteFolder(string path, TestCertificate certificate)
    {
        Folder.Write($"{path}/tls.crt", certificate.CertificatePem);
        Folder.Write($"{path}/tls.key", certificate.PrivateKeyPem);
    }

    public static (string Name, byte[] Bytes)[] Pair(TestCertificate certificate) =>
        [("tls.crt", certificate.CertificatePem), ("tls.key", certificate.PrivateKeyPem)];

    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
        {
            await _source.DisposeAsync();
        }

        Authority.Dispose();
        Folder.Dispose();
    }

    private FileSystemSecretSource Create()
    {
        if (Options.Path.Length == 0)
        {
            Folder.CreateFolder("certs");
            Options.Path = Folder["certs"];
        }

        return new FileSystemSecretSource("files", Options, time ?? TimeProvider.System, Log.CreateLogger<FileSystemSecretSource>());
    }
}
