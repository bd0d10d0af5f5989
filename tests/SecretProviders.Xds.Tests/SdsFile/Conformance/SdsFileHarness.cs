using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using SecretProviders.ConformanceTests;
using SecretProviders.SdsFile;

namespace SecretProviders.Xds.Tests.SdsFile;

/// <summary>A real folder with a resource file, changed by tools that write beside a file and rename over it.</summary>
public abstract class SdsFileHarness : SecretSourceHarness
{
    private const int FileRead = 2400;

    // Cannot be read even by root: it is write-only and its file system takes no exceptions.
    private const string Unreadable = "/proc/sys/vm/drop_caches";

    // Longer than what takes a find away has to become sound again, and so short that the poll stays out of reach.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(600);

    // What the source says must be its own words, not the hub's about its silence.
    private static readonly TimeSpan BeyondReach = TimeSpan.FromDays(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-file-");
    private readonly SortedDictionary<string, string> _resources = new(StringComparer.Ordinal);
    private Action? _heal;

    public override ImmutableArray<SecretKind> Kinds =>
        [SecretKind.TlsCertificate, SecretKind.ValidationContext, SecretKind.SessionTicketKeys, SecretKind.Generic];

    public override ImmutableDictionary<SourceAbility, string> Gaps => ImmutableDictionary<SourceAbility, string>.Empty
        .Add(SourceAbility.CountWatches, "The kernel does not tell how many watches a process has.")
        .Add(SourceAbility.Silent, "A local file system answers.")
        .Add(SourceAbility.Throttled, "A file system has no rate limit.");

    public override bool? DownIsDefinite => true;

    /// <summary>Gets the name of the resource file.</summary>
    protected abstract string FileName { get; }

    private string ResourceFile => Path.Combine(_folder.FullName, FileName);

    public override ValueTask StartAsync()
    {
        WriteResources();
        return ValueTask.CompletedTask;
    }

    public override ISecretSource CreateSource() => new SdsFileSecretSource(
        "envoy", new SdsFileSecretSourceOptions { Path = ResourceFile, Timeout = BeyondReach }, Clock, Logs.CreateLogger<SdsFileSecretSource>());

    // Each kind under a name of its own, so that one name may have every kind.
    public override SecretReference Reference(string name, SecretKind kind) => new($"{kind}/{name}") { Kind = kind };

    public override Task PutAsync(SecretReference reference, Secret secret)
    {
        _resources[reference.Key] = Resource(reference.Key, secret);
        WriteResources();
        return Task.CompletedTask;
    }

    public override Task DeleteAsync(SecretReference reference)
    {
        _resources.Remove(reference.Key);
        WriteResources();
        return Task.CompletedTask;
    }

    public override Task BreakAsync(SecretReference reference, StoreFault fault)
    {
        switch (fault)
        {
            case StoreFault.Down:
                File.Move(ResourceFile, ResourceFile + ".away");
                _heal = () => File.Move(ResourceFile + ".away", ResourceFile, overwrite: true);
                break;
            case StoreFault.Denied:
                File.CreateSymbolicLink(ResourceFile + ".link", Unreadable);
                File.Move(ResourceFile + ".link", ResourceFile, overwrite: true);
                _heal = WriteResources;
                break;
            default:
                var before = _resources[reference.Key];
                _resources[reference.Key] = Unsound(reference.Key);
                WriteResources();
                _heal = () =>
                {
                    _resources[reference.Key] = before;
                    WriteResources();
                };
                break;
        }

        return Task.CompletedTask;
    }

    public override Task HealAsync(SecretReference reference)
    {
        _heal?.Invoke();
        _heal = null;
        return Task.CompletedTask;
    }

    public override Task SettleAsync()
    {
        Clock.Advance(Rest);
        return Task.CompletedTask;
    }

    public override int ReadsAtStore(SecretReference reference) => Logs.EventIds.Count(static id => id == FileRead);

    public override async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes the whole file.</summary>
    protected abstract string Document(IEnumerable<string> resources);

    /// <summary>Writes one resource.</summary>
    protected abstract string Resource(string name, Secret secret);

    /// <summary>Writes a resource that holds the marker where something sound should be.</summary>
    protected abstract string Unsound(string name);

    /// <summary>Writes a file beside the resource file, as one step.</summary>
    protected string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder.FullName, name.Replace('/', '_'));
        File.WriteAllBytes(path + ".new", bytes);
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    protected static byte[] Chain(TlsCertificate certificate) => Pem(certificate.Chain);

    protected static byte[] Key(TlsCertificate certificate) =>
        Encoding.ASCII.GetBytes(PemEncoding.WriteString("PRIVATE KEY", ((PrivateKeyBytes)certificate.PrivateKey).Pkcs8.GetSpan()));

    protected static byte[] Pem(IEnumerable<EncodedCertificate> certificates) =>
        Encoding.ASCII.GetBytes(string.Concat(certificates.Select(static certificate => certificate.ToPem())));

    private void WriteResources() => Write(FileName, Encoding.UTF8.GetBytes(Document(_resources.Values)));
}
