using System.Collections.Immutable;

namespace SecretProviders;

/// <summary>Keys of TLS session tickets (RFC 5077): the first encrypts, all decrypt.</summary>
public sealed record SessionTicketKeys : Secret
{
    /// <summary>The length of one key in bytes, as Envoy demands.</summary>
    public const int KeyLength = 80;

    /// <summary>Wraps the keys.</summary>
    /// <param name="keys">At least one key of exactly <see cref="KeyLength"/> bytes, the encrypting one first.</param>
    /// <exception cref="ArgumentException">There is no key, or one has another length.</exception>
    public SessionTicketKeys(ImmutableArray<SensitiveBytes> keys)
    {
        if (keys.IsDefaultOrEmpty || keys.Any(static key => key.Length != KeyLength))
        {
            throw new ArgumentException($"Session ticket keys are one or more keys of exactly {KeyLength} bytes.", nameof(keys));
        }

        Keys = keys;
    }

    /// <inheritdoc/>
    public override SecretKind Kind => SecretKind.SessionTicketKeys;

    /// <summary>Gets the keys, the encrypting one first.</summary>
    public ImmutableArray<SensitiveBytes> Keys { get; }

    /// <inheritdoc/>
    public bool Equals(SessionTicketKeys? other) => other is not null && Keys.SequenceEqual(other.Keys);

    /// <inheritdoc/>
    public override int GetHashCode() => Keys.Length;

    private protected override string Describe() => $"SessionTicketKeys ({Keys.Length} keys, redacted)";
}
