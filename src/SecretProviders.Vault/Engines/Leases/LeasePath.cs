namespace SecretProviders.Vault.Engines.Leases;

/// <summary>Tells by their shape the paths whose reads create something, of every engine that Vault has. Pure.</summary>
internal static class LeasePath
{
    private const string Static = "static-creds";
    private const string Countdown = "ttl";

    /// <summary>Says whether a key is the path of credentials: <c>MOUNT/creds/ROLE</c>, <c>MOUNT/sts/ROLE</c> or <c>MOUNT/static-creds/ROLE</c>.</summary>
    /// <param name="key">The key.</param>
    // Behind "data" everything is a name of KV version 2.
    public static bool IsDynamic(string key) => key.Split('/') is [_, .. var mount, "creds" or "sts" or Static, _] && !mount.Contains("data");

    /// <summary>Says whether a read of such a path creates something; a static role has one credential, which Vault rotates.</summary>
    /// <param name="key">The key.</param>
    public static bool Mints(string key) => key.Split('/')[^2] != Static;

    /// <summary>Leaves out the seconds until the next rotation, which would be another content at each look.</summary>
    /// <param name="reference">What was read.</param>
    /// <param name="found">What was found.</param>
    public static SecretState.Found WithoutCountdown(SecretReference reference, SecretState.Found found) =>
        !Mints(reference.Key) && reference.Property is null && found.Secret is GenericSecret { Fields.Count: > 1 } secret
            ? found with { Secret = new GenericSecret(secret.Fields.Remove(Countdown)) }
            : found;
}
