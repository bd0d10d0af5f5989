namespace SecretProviders.Interop.Tests.Spiffe;

/// <summary>What a client of either variant holds: it acknowledges all it gets and forgets what is removed.</summary>
internal sealed class HeldSecrets(Func<Task<ClientEvent>> read, Func<ClientEvent, Task> acknowledge)
{
    private readonly Dictionary<string, ClientSecret> _secrets = new(StringComparer.Ordinal);

    /// <summary>Gets the names that were heard of, in order, since it was cleared.</summary>
    public List<string> Heard { get; } = [];

    public ClientSecret this[string name] => _secrets[name];

    public bool Has(string name) => _secrets.ContainsKey(name);

    /// <summary>Reads on until a condition holds.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            var response = await read();
            Heard.AddRange(response.Names);
            foreach (var secret in response.Secrets)
            {
                _secrets[secret.Name] = secret;
            }

            foreach (var name in response.Removed)
            {
                _secrets.Remove(name);
            }

            await acknowledge(response);
        }
    }

    /// <summary>Reads on until a name has a chain.</summary>
    public Task UntilAsync(string name, string chain) => UntilAsync(() => Has(name) && this[name].Chain == chain);
}
