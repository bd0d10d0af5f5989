using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using SecretProviders.ConformanceTests;
using SecretProviders.FileSystem;
using SecretProviders.Watching;

namespace SecretProviders.Tests.FileSystem;

/// <summary>A real folder, filled by tools that write beside a file and rename over it.</summary>
public class FileSystemHarness : SecretSourceHarness
{
    private const string Root = "certs";
    private const int TooLarge = (1024 * 1024) + 1;

    // Cannot be read even by root: it is write-only and its file system takes no exceptions.
    private const string Unreadable = "/proc/sys/vm/drop_caches";

    // Longer than the quiet that the watcher waits for, and so short that the poll stays out of reach.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    // What the source says must be its own words, not the hub's about its silence.
    private static readonly TimeSpan BeyondReach = TimeSpan.FromDays(1);

    private readonly DirectoryInotify _notifier = new();
    private Dictionary<string, byte[]>? _before;

    public override ImmutableArray<SecretKind> Kinds =>
        [SecretKind.TlsCertificate, SecretKind.ValidationContext, SecretKind.SessionTicketKeys, SecretKind.Generic];

    public override ImmutableDictionary<SourceAbility, string> Gaps => ImmutableDictionary<SourceAbility, string>.Empty
        .Add(SourceAbility.Silent, "A local file system answers.")
        .Add(SourceAbility.Throttled, "A file system has no rate limit.");

    public override bool? DownIsDefinite => true;

    internal TestFolder Folder { get; } = new();

    public override ValueTask StartAsync()
    {
        Folder.CreateFolder(Root);
        return ValueTask.CompletedTask;
    }

    public override ISecretSource CreateSource() => new FileSystemSecretSource(
        "files",
        new FileSystemSecretSourceOptions { Path = Folder[Root], Timeout = BeyondReach },
        Clock,
        Logs.CreateLogger("files"),
        _notifier);

    // Each kind in a folder of its own, so that one name may have every kind.
    public override SecretReference Reference(string name, SecretKind kind) => new($"{kind}/{name}") { Kind = kind };

    public override Task PutAsync(SecretReference reference, Secret secret)
    {
        Write(PathOf(reference), FilesOf(secret));
        return Task.CompletedTask;
    }

    public override async Task PutInPartsAsync(SecretReference reference, TlsCertificate secret, Func<Task> between)
    {
        foreach (var (name, bytes) in FilesOf(secret).Reverse())
        {
            Write(PathOf(reference), new Dictionary<string, byte[]> { [name] = bytes });
            await between();
        }
    }

    public override Task DeleteAsync(SecretReference reference)
    {
        Folder.Delete(PathOf(reference));
        return Task.CompletedTask;
    }

    public override Task BreakAsync(SecretReference reference, StoreFault fault)
    {
        if (fault == StoreFault.Down)
        {
            Folder.Move(Root, "unmounted");
            return Task.CompletedTask;
        }

        var path = $"{PathOf(reference)}{(IsFolder(reference.Kind) ? $"/{MainFile(reference.Kind)}" : string.Empty)}";
        _before = new Dictionary<string, byte[]> { [path] = File.ReadAllBytes(Folder[path]) };
        if (fault == StoreFault.Denied)
        {
            Folder.SwapLink(path, Unreadable);
        }
        else
        {
            // Any bytes are a sound generic secret, unless there are too many of them.
            Folder.WriteOver(path, Encoding.ASCII.GetBytes(Marker.PadRight(reference.Kind == SecretKind.Generic ? TooLarge : Marker.Length)));
        }

        return Task.CompletedTask;
    }

    public override Task HealAsync(SecretReference reference)
    {
        if (Directory.Exists(Folder["unmounted"]))
        {
            Folder.Move("unmounted", Root);
        }

        foreach (var (path, bytes) in _before ?? [])
        {
            Folder.WriteOver(path, bytes);
        }

        _before = null;
        return Task.CompletedTask;
    }

    public override Task SettleAsync()
    {
        Clock.Advance(Rest);
        return Task.CompletedTask;
    }

    public override int WatchesAtStore(SecretReference reference) => _notifier.Listeners;

    public override int ReadsAtStore(SecretReference reference) => Logs.EventIds.Count(static id => id == 2000);

    public override Task PlantOutsideAsync()
    {
        Write("outside", FilesOf(Authority.Issue("outside.example").Secret));
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        Folder.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static string PathOf(SecretReference reference) => $"{Root}/{reference.Key}";

    /// <summary>Writes the files of one secret; the empty name is the path itself.</summary>
    private protected virtual void Write(string path, IReadOnlyDictionary<string, byte[]> files)
    {
        foreach (var (name, bytes) in files)
        {
            Folder.WriteOver(name.Length == 0 ? path : $"{path}/{name}", bytes);
        }
    }

    private static bool IsFolder(SecretKind? kind) => kind is SecretKind.TlsCertificate or SecretKind.ValidationContext;

    private static string MainFile(SecretKind? kind) => kind == SecretKind.TlsCertificate ? "tls.crt" : "ca.crt";

    private static Dictionary<string, byte[]> FilesOf(Secret secret) => secret switch
    {
        TlsCertificate certificate => new()
        {
            ["tls.crt"] = Pem(certificate.Chain),
            ["tls.key"] = Encoding.ASCII.GetBytes(
                PemEncoding.WriteString("PRIVATE KEY", ((PrivateKeyBytes)certificate.PrivateKey).Pkcs8.GetSpan())),
        },
        ValidationContext trust => new() { ["ca.crt"] = Pem(trust.TrustAnchors) },
        SessionTicketKeys tickets => new() { [string.Empty] = [.. tickets.Keys.SelectMany(static key => key.Memory.ToArray())] },
        GenericSecret generic => new() { [string.Empty] = generic.Value!.Memory.ToArray() },
        _ => throw new ArgumentException("Not a secret that files hold.", nameof(secret)),
    };

    private static byte[] Pem(IEnumerable<EncodedCertificate> certificates) =>
        Encoding.ASCII.GetBytes(string.Concat(certificates.Select(static certificate => certificate.ToPem())));
}
