namespace SecretProviders.Xds.Tests.SdsSource.Models;

/// <summary>A server's end of one stream.</summary>
internal abstract class ModelSession<TRequest> : IDisposable
{
    private readonly ModelStore _store;

    protected ModelSession(ModelStore store)
    {
        _store = store;
        store.Changed += OnChanged;
    }

    protected ModelStore Store => _store;

    public abstract void Receive(TRequest request);

    public void Dispose() => _store.Changed -= OnChanged;

    protected abstract void OnChanged(string name);
}
