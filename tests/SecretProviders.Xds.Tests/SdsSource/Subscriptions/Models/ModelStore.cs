using Google.Protobuf.WellKnownTypes;

namespace SecretProviders.Xds.Tests.SdsSource.Models;

/// <summary>What a model of a server holds; every change has a number.</summary>
internal sealed class ModelStore
{
    private readonly Dictionary<string, (string Text, long Version, bool IsSound)> _secrets = new(StringComparer.Ordinal);

    public event Action<string>? Changed;

    public long Version { get; private set; } = 1;

    public void Put(string name, bool isSound = true)
    {
        Version++;
        _secrets[name] = ($"{name} as of {Version}", Version, isSound);
        Changed?.Invoke(name);
    }

    public void Delete(string name)
    {
        if (_secrets.Remove(name))
        {
            Version++;
            Changed?.Invoke(name);
        }
    }

    public bool Has(string name) => _secrets.ContainsKey(name);

    public string? Find(string name) => _secrets.TryGetValue(name, out var secret) ? secret.Text : null;

    public bool IsSound(string name) => _secrets[name].IsSound;

    /// <summary>Gets the resource that a server sends.</summary>
    public Any Resource(string name) => IsSound(name) ? Responses.Sound(name, Find(name)!) : Responses.Unsound(name, Find(name)!);

    public long VersionOf(string name) => _secrets.TryGetValue(name, out var secret) ? secret.Version : 0;
}
