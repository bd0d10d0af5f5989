namespace SecretProviders;

/// <summary>
/// One SDS resource: immutable, equal by content, safe to share between threads and never printed.
/// The family is closed: <see cref="TlsCertificate"/>, <see cref="ValidationContext"/>,
/// <see cref="SessionTicketKeys"/> and <see cref="GenericSecret"/>.
/// </summary>
public abstract record Secret
{
    private object? _encoded;

    private protected Secret()
    {
    }

    /// <summary>Copies nothing: a changed copy has an encoding of its own.</summary>
    /// <param name="original">The secret that is copied.</param>
    protected Secret(Secret original) => ArgumentNullException.ThrowIfNull(original);

    /// <summary>Gets the kind of this secret.</summary>
    public abstract SecretKind Kind { get; }

    /// <summary>
    /// Gets or sets what a host made of this secret to put it on its wire, so that all its streams share one and it
    /// ends with the secret. No part of the content; whoever reads it tells by its type whether it is theirs.
    /// </summary>
    internal object? Encoded
    {
        get => Volatile.Read(ref _encoded);
        set => Volatile.Write(ref _encoded, value);
    }

    /// <summary>Returns a short description without any content.</summary>
    public sealed override string ToString() => Describe();

    /// <summary>Describes the secret without revealing private material.</summary>
    private protected abstract string Describe();
}
