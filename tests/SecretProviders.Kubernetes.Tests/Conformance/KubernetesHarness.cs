using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.ConformanceTests;
using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Kubernetes.Tests.Fake;

namespace SecretProviders.Kubernetes.Tests.Conformance;

/// <summary>Secrets in a namespace, read by a user who may list and watch those and nothing else.</summary>
public abstract class KubernetesHarness : SecretSourceHarness
{
    private const string Field = "value";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("secretproviders-");
    private readonly Dictionary<string, JsonObject> _written = [];
    private readonly HashSet<string> _unsound = [];

    public override ImmutableArray<SecretKind> Kinds =>
        [SecretKind.TlsCertificate, SecretKind.ValidationContext, SecretKind.SessionTicketKeys, SecretKind.Generic];

    public override ImmutableArray<string> UnusualNames => ["a.b", "0-9", "with-dash.and.dots"];

    private protected TestCluster Cluster { get; private set; } = null!;

    private static FakeRule[] Needed => [new("list", "secrets"), new("watch", "secrets")];

    public override async ValueTask StartAsync()
    {
        // The server's certificate is of today, and judged by the clock of the source.
        Clock.Advance(TimeProvider.System.GetUtcNow() - Clock.GetUtcNow());
        Cluster = await CreateClusterAsync();
        await Cluster.GrantAsync(Needed);
    }

    public override ISecretSource CreateSource()
    {
        var path = Path.Combine(_folder.FullName, "kubeconfig");
        Cluster.WriteKubeconfig(path, Cluster.LimitedToken, Address);
        return TestSource.Create(Options(path), Clock, Logs);
    }

    // A Secret of its own for each kind, so that one name may have every kind.
    public override SecretReference Reference(string name, SecretKind kind) => new($"{Cluster.Namespace}/{$"{kind}".ToLowerInvariant()}.{name}")
    {
        Kind = kind,
        Property = kind is SecretKind.Generic or SecretKind.SessionTicketKeys ? Field : null,
    };

    public override Task PutAsync(SecretReference reference, Secret secret) => WriteAsync(reference, ContentOf(secret));

    public override async Task PutInPartsAsync(SecretReference reference, TlsCertificate secret, Func<Task> between)
    {
        // Someone patches one field, then the other.
        var whole = ContentOf(secret);
        var half = (JsonObject)whole.DeepClone();
        half["data"]!["tls.key"] = _written.GetValueOrDefault(reference.Key)?["data"]?["tls.key"]?.DeepClone() ?? string.Empty;
        await WriteAsync(reference, half);
        await between();
        await WriteAsync(reference, whole);
    }

    public override Task DeleteAsync(SecretReference reference) => Cluster.DeleteAsync(FakeResource.Secrets, NameOf(reference));

    public override Task BreakAsync(SecretReference reference, StoreFault fault)
    {
        if (fault == StoreFault.Denied)
        {
            return Cluster.RevokeAsync();
        }

        _unsound.Add(reference.Key);
        return Cluster.PutAsync(FakeResource.Secrets, NameOf(reference), Unsound(_written[reference.Key], reference.Kind));
    }

    public override async Task HealAsync(SecretReference reference)
    {
        await Cluster.GrantAsync(Needed);

        // Only what was broken: to write what is there already may make a new resourceVersion of it.
        if (_unsound.Remove(reference.Key))
        {
            await Cluster.PutAsync(FakeResource.Secrets, NameOf(reference), _written[reference.Key]);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }

        _folder.Delete(recursive: true);
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<TestCluster> CreateClusterAsync();

    /// <summary>Gets where the source finds the server.</summary>
    private protected virtual Uri Address => Cluster.Address;

    private protected virtual KubernetesSecretSourceOptions Options(string kubeconfig) => new() { Kubeconfig = kubeconfig };

    private protected static string NameOf(SecretReference reference) => reference.Key.Split('/')[1];

    /// <summary>Makes what is stored unsound without removing it.</summary>
    private protected virtual JsonObject Unsound(JsonObject content, SecretKind? kind)
    {
        var broken = (JsonObject)content.DeepClone();
        broken["data"]![kind switch { SecretKind.TlsCertificate => "tls.crt", SecretKind.ValidationContext => "ca.crt", _ => Field }] =
            Convert.ToBase64String(Encoding.ASCII.GetBytes(Marker));
        return broken;
    }

    private static JsonObject ContentOf(Secret secret) => secret switch
    {
        TlsCertificate certificate => Content.Secret(
            "kubernetes.io/tls",
            ("tls.crt", Pem(certificate.Chain)),
            ("tls.key", Encoding.ASCII.GetBytes(PemEncoding.WriteString("PRIVATE KEY", ((PrivateKeyBytes)certificate.PrivateKey).Pkcs8.GetSpan())))),
        ValidationContext trust => Content.Secret("Opaque", ("ca.crt", Pem(trust.TrustAnchors))),
        SessionTicketKeys tickets => Content.Secret("Opaque", (Field, [.. tickets.Keys.SelectMany(static key => key.Memory.ToArray())])),
        GenericSecret generic => Content.Secret("Opaque", (Field, generic.Value!.Memory.ToArray())),
        _ => throw new ArgumentException("Not a secret that Kubernetes holds.", nameof(secret)),
    };

    private static byte[] Pem(IEnumerable<EncodedCertificate> certificates) =>
        Encoding.ASCII.GetBytes(string.Concat(certificates.Select(static certificate => certificate.ToPem())));

    private Task WriteAsync(SecretReference reference, JsonObject content)
    {
        _written[reference.Key] = content;
        return Cluster.PutAsync(FakeResource.Secrets, NameOf(reference), content);
    }
}
