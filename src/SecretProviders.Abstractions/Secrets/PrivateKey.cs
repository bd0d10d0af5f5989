namespace SecretProviders;

/// <summary>
/// The private key of a TLS certificate: bytes that may be served (<see cref="PrivateKeyBytes"/>), or a handle to a
/// key that signs and never leaves its store (<see cref="PrivateKeyHandle"/>). Equal by content, never printed.
/// </summary>
public abstract class PrivateKey : IEquatable<PrivateKey>
{
    private protected PrivateKey()
    {
    }

    /// <inheritdoc/>
    public abstract bool Equals(PrivateKey? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as PrivateKey);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>Returns a description without private material.</summary>
    public abstract override string ToString();
}
