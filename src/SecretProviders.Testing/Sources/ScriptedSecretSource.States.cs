namespace SecretProviders.Testing;

/// <content>The states by their names.</content>
public sealed partial class ScriptedSecretSource
{
    /// <summary>Says Found, with this source and the key as the origin.</summary>
    /// <param name="key">The key.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="trust">The trust of the same answer, or null.</param>
    public void Found(string key, Secret secret, ValidationContext? trust = null) =>
        Set(key, new SecretState.Found(secret) { Trust = trust, Origin = new SecretOrigin(Name) { Location = key } });

    /// <summary>Says NotFound; after a find, that is Removed.</summary>
    /// <param name="key">The key.</param>
    public void NotFound(string key) => Set(key, new SecretState.NotFound());

    /// <summary>Says Removed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="reason">Why it is gone.</param>
    public void Removed(string key, RemovalReason reason = RemovalReason.Deleted) => Set(key, new SecretState.Removed(reason));

    /// <summary>Says Denied.</summary>
    /// <param name="key">The key.</param>
    /// <param name="remedy">What to grant.</param>
    public void Denied(string key, string remedy = "scripted: grant read access") => Set(key, new SecretState.Denied(remedy));

    /// <summary>Says Invalid.</summary>
    /// <param name="key">The key.</param>
    /// <param name="code">What is wrong.</param>
    public void Invalid(string key, SecretProblemCode code = SecretProblemCode.Malformed) =>
        Set(key, new SecretState.Invalid(new SecretProblem(code, "scripted: unsound")));

    /// <summary>Says Unavailable.</summary>
    /// <param name="key">The key.</param>
    /// <param name="error">What happened.</param>
    /// <param name="definite">Whether waiting longer will not help.</param>
    public void Unavailable(string key, string error = "scripted outage", bool definite = false) =>
        Set(key, new SecretState.Unavailable(error) { Definite = definite });

    /// <summary>Says Unavailable for everything that was scripted or watched, as a lost connection does.</summary>
    /// <param name="error">What happened.</param>
    /// <param name="definite">Whether waiting longer will not help.</param>
    public void UnavailableAll(string error = "scripted outage", bool definite = false)
    {
        string[] keys;
        lock (_gate)
        {
            keys = [.. _scripts.Keys.Union(_cells.Keys.Select(static reference => reference.Key), StringComparer.Ordinal)];
        }

        foreach (var key in keys)
        {
            Unavailable(key, error, definite);
        }
    }
}
