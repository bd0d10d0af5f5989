using System.Globalization;
using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Xds.Tests.SdsSource.Models;

/// <summary>A server of <c>DeltaSecrets</c> that keeps to the protocol: it tells absence, and remembers what the peer has.</summary>
internal sealed class DeltaSession(ModelStore store, Action<DeltaDiscoveryResponse> send) : ModelSession<DeltaDiscoveryRequest>(store)
{
    private readonly Dictionary<string, string> _held = new(StringComparer.Ordinal);
    private int _nonce;

    public override void Receive(DeltaDiscoveryRequest request)
    {
        foreach (var name in request.ResourceNamesUnsubscribe)
        {
            _held.Remove(name);
        }

        foreach (var name in request.ResourceNamesSubscribe)
        {
            _held[name] = request.InitialResourceVersions.GetValueOrDefault(name, "none");
        }

        Tell([.. request.ResourceNamesSubscribe]);
    }

    protected override void OnChanged(string name) => Tell(name);

    private void Tell(params string[] names)
    {
        var news = names.Where(name => _held.TryGetValue(name, out var held) && held != Version(name)).ToArray();
        if (news.Length == 0)
        {
            return;
        }

        var resources = news.Where(Store.Has).Select(name => Responses.Entry(name, Version(name), Store.Resource(name)));
        send(Responses.Changes($"{++_nonce}", [.. resources], [.. news.Where(name => !Store.Has(name))]));
        foreach (var name in news)
        {
            _held[name] = Version(name);
        }
    }

    private string Version(string name) => Store.VersionOf(name) is > 0 and var version ? version.ToString(CultureInfo.InvariantCulture) : string.Empty;
}
