namespace SecretProviders.AspNetCore.Tls;

/// <summary>One name of the provider in the form that handshakes take, made once per version. Safe for use by any number of threads.</summary>
/// <typeparam name="T">The form.</typeparam>
/// <param name="provider">Knows the secret.</param>
/// <param name="name">Its name.</param>
/// <param name="make">Makes the form, or throws <see cref="UnusableTlsSecretException"/>.</param>
internal sealed class WatchedSecret<T>(ISecretProvider provider, string name, Func<Secret, T> make)
    where T : class
{
    private readonly Lock _gate = new();
    private SecretVersion _version;
    private T? _made;
    private string? _problem;

    public string Name => name;

    /// <summary>Gets the form of the newest version.</summary>
    /// <param name="problem">Why there is none, in words that go on after the name; or null.</param>
    public T? Get(out string? problem) => Get(provider.Current(name), out problem);

    /// <summary>Gets the form of a snapshot.</summary>
    public T? Get(SecretSnapshot snapshot, out string? problem)
    {
        if (snapshot.Secret is not { } secret)
        {
            problem = snapshot.Problem is { } cause ? $"is {snapshot.Status} ({cause})" : $"is {snapshot.Status}";
            return null;
        }

        lock (_gate)
        {
            if (snapshot.Version != _version)
            {
                _version = snapshot.Version;
                (_made, _problem) = TryMake(secret);
            }

            problem = _problem;
            return _made;
        }
    }

    private (T? Made, string? Problem) TryMake(Secret secret)
    {
        try
        {
            return (make(secret), null);
        }
        catch (UnusableTlsSecretException exception)
        {
            return (null, exception.Message);
        }
    }
}
