using System.Collections.Immutable;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using SecretProviders.ConformanceTests;
using SecretProviders.Spiffe;
using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Workload;

namespace SecretProviders.Xds.Tests.Spiffe.Conformance;

/// <summary>What tests do to a Workload API, whatever it is made of.</summary>
public abstract class SpiffeHarness : SecretSourceHarness
{
    private const string Resident = "spiffe://conformance.example/resident";
    private readonly Dictionary<string, X509SVID> _svids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ByteString> _bundles = new(StringComparer.Ordinal);
    private Action? _restore;

    public override ImmutableArray<SecretKind> Kinds => [SecretKind.TlsCertificate, SecretKind.ValidationContext];

    public override ImmutableDictionary<SourceAbility, string> Gaps => ImmutableDictionary<SourceAbility, string>.Empty
        .Add(SourceAbility.Delete, "What is not in a message is redacted and not deleted: tests of its own show it.");

    private protected abstract IWorkloadServer Server { get; }

    public override async ValueTask StartAsync()
    {
        // Nobody without an identity is answered, so there is always one.
        _svids.Add(Resident, Svids.Make(Authority, Resident));
        _bundles.Add("spiffe://conformance.example", Svids.Bundle(Authority));
        await Server.StartAsync();
        await ServeAsync();
    }

    public override ISecretSource CreateSource() => new SpiffeSecretSource(
        "spire", new SpiffeSecretSourceOptions { Socket = Server.Socket, FlatBundles = true }, Clock, Logs.CreateLogger<SpiffeSecretSource>());

    public override SecretReference Reference(string name, SecretKind kind) =>
        new(kind == SecretKind.ValidationContext ? $"spiffe://{name}.example" : $"spiffe://conformance.example/{name}") { Kind = kind };

    public override TestCertificateOptions CertificateOptions(SecretReference reference) => Svids.Options(reference.Key);

    public override Task PutAsync(SecretReference reference, Secret secret)
    {
        if (secret is TlsCertificate certificate)
        {
            _svids[reference.Key] = Svids.Make(reference.Key, certificate, Authority);
        }
        else
        {
            _bundles[reference.Key] = Svids.Der(((ValidationContext)secret).TrustAnchors);
        }

        return ServeAsync();
    }

    public override async Task BreakAsync(SecretReference reference, StoreFault fault)
    {
        switch (fault)
        {
            case StoreFault.Silent:
                await Server.SilenceAsync();
                break;
            case StoreFault.Unsound:
                await SpoilAsync(reference);
                break;
            case StoreFault.Denied:
                // To refuse a stream that was answered would take back what it gave.
                await Server.SilenceAsync();
                await Server.FailAsync(GrpcStatusCode.PermissionDenied);
                break;
            default:
                await Server.FailAsync(fault == StoreFault.Throttled ? GrpcStatusCode.ResourceExhausted : GrpcStatusCode.Unavailable);
                break;
        }
    }

    public override async Task HealAsync(SecretReference reference)
    {
        if (_restore is { } restore)
        {
            _restore = null;
            restore();
            await ServeAsync();
        }
        else
        {
            await Server.FailAsync(null);
        }
    }

    public override int WatchesAtStore(SecretReference reference) => Server.Open(Method(reference));

    public override int ReadsAtStore(SecretReference reference) => Server.Calls(Method(reference));

    public override async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static string Method(SecretReference reference) =>
        reference.Kind == SecretKind.ValidationContext ? IWorkloadServer.Bundles : IWorkloadServer.Svids;

    private Task SpoilAsync(SecretReference reference)
    {
        var unsound = ByteString.CopyFrom(Encoding.ASCII.GetBytes(Marker));
        if (reference.Kind == SecretKind.ValidationContext)
        {
            var bundle = _bundles[reference.Key];
            _restore = () => _bundles[reference.Key] = bundle;
            _bundles[reference.Key] = unsound;
        }
        else
        {
            var svid = _svids[reference.Key];
            _restore = () => _svids[reference.Key] = svid;
            _svids[reference.Key] = new X509SVID(svid) { X509Svid = unsound };
        }

        return ServeAsync();
    }

    private Task ServeAsync() => Server.ServeAsync(
        Svids.Response(_svids.Values),
        Svids.Bundles(_bundles.Select(static bundle => (bundle.Key, bundle.Value))));
}
