namespace SecretProviders;

/// <summary>
/// One SDS resource: immutable, equal by content, safe to share between threads and never printed.
/// The family is closed: <see cref="TlsCertificate"/>, <see cref="ValidationContext"/>,
/// <see cref="SessionTicketKeys"/> and <see cref="GenericSecret"/>.
/// </summary>
public abstract record Secret
{
    private protected Secret()
    {
    }

    /// <summary>Gets the kind of this secret.</summary>
    public abstract SecretKind Kind { get; }

    /// <summary>Returns a short description without any content.</summary>
    public sealed override string ToString() => Describe();

    /// <summary>Describes the secret without revealing private material.</summary>
    private protected abstract string Describe();
}
