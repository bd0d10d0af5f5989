using System.Globalization;
using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Xds.Tests.SdsSource.Models;

/// <summary>Habits of servers of <c>StreamSecrets</c>.</summary>
internal sealed class StateOfTheWorldSession(ModelStore store, Action<DiscoveryResponse> send, StateOfTheWorldHabit habit) : ModelSession<DiscoveryRequest>(store)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private DiscoveryRequest? _watch;
    private string[] _sent = [];
    private int _nonce;

    public override void Receive(DiscoveryRequest request)
    {
        // A request that a response crossed on its way is dropped by all of them.
        if (request.ResponseNonce == Nonce)
        {
            _known.UnionWith(_sent);
            _watch = request;
            Answer();
        }
    }

    protected override void OnChanged(string name)
    {
        if (_watch is { } watch && (habit == StateOfTheWorldHabit.OneVersionForAll || watch.ResourceNames.Contains(name)))
        {
            Answer();
        }
    }

    private string Nonce => _nonce == 0 ? string.Empty : _nonce.ToString(CultureInfo.InvariantCulture);

    private void Answer()
    {
        var names = _watch!.ResourceNames;
        var version = long.TryParse(_watch.VersionInfo, CultureInfo.InvariantCulture, out var claimed) ? claimed : -1;
        switch (habit)
        {
            // go-control-plane's SnapshotCache: new names that it has, or another version, bring everything.
            case StateOfTheWorldHabit.OneVersionForAll:
                if (version != Store.Version || names.Any(name => !_known.Contains(name) && Store.Has(name)))
                {
                    Send(names);
                }

                break;

            // go-control-plane's LinearCache: what has changed since the version that is claimed, whether it was ever sent or not.
            case StateOfTheWorldHabit.VersionsOnly when version < 0:
                Send(names);
                break;
            case StateOfTheWorldHabit.VersionsOnly:
                if (names.Where(name => Store.VersionOf(name) > version).ToArray() is { Length: > 0 } changed)
                {
                    Send(changed);
                }

                break;

            // What was not sent yet in its present version; whatever the peer claims.
            default:
                if (names.Where(name => Store.Has(name) && _known.Add($"{name} {Store.VersionOf(name)}")).ToArray() is { Length: > 0 } news)
                {
                    Send(news);
                }

                break;
        }
    }

    private void Send(IEnumerable<string> names)
    {
        _sent = [.. names.Where(Store.Has)];
        _nonce++;
        _watch = habit == StateOfTheWorldHabit.ChangesAtOnce ? _watch : null;
        send(Responses.List(Nonce, Store.Version.ToString(CultureInfo.InvariantCulture), [.. _sent.Select(Store.Resource)]));
    }
}
