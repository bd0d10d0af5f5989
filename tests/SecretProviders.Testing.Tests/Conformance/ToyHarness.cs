using SecretProviders.ConformanceTests;

namespace SecretProviders.Testing.Tests.Conformance;

/// <summary>A source with push over the toy store: a harness without any gap, so that every branch of the suites runs.</summary>
public class ToyHarness : ToyStoreHarness
{
    private readonly List<ToySecretSource> _sources = [];

    public override ISecretSource CreateSource()
    {
        var source = new ToySecretSource(Store, Clock, Logs);
        _sources.Add(source);
        return source;
    }

    public override int WatchesAtStore(SecretReference reference) => Store.Watches(reference);

    public override Task SettleAsync()
    {
        foreach (var source in _sources)
        {
            source.LookAgain();
        }

        return base.SettleAsync();
    }
}
