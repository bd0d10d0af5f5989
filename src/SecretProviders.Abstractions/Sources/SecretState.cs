using System.Text;

namespace SecretProviders;

/// <summary>
/// What a source last said about one reference. The family is closed, so that the differences that matter cannot get
/// lost. <see cref="LastGood"/> and <see cref="DeletedAt"/> travel until the next <see cref="Found"/>, so the latest
/// state is always enough: a slow reader skips states and loses nothing. Immutable and equal by content.
/// </summary>
public abstract record SecretState
{
    private readonly Found? _lastGood;

    private SecretState()
    {
    }

    /// <summary>Gets the last <see cref="Found"/> that was neither redacted nor revoked; a Found's own is itself. Null if there is none.</summary>
    public Found? LastGood
    {
        get => this as Found ?? _lastGood;
        init => _lastGood = this is Found ? null : value;
    }

    /// <summary>Gets when the store deleted the secret, or null if it did not since the last <see cref="Found"/>.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>Prints what the states have in common. A find does not print itself again as its own last good one, without end.</summary>
    /// <param name="builder">Where to.</param>
    /// <returns>Whether something was printed.</returns>
    protected virtual bool PrintMembers(StringBuilder builder)
    {
        builder.Append("LastGood = ").Append(_lastGood?.ToString() ?? (this is Found ? "itself" : "none"));
        if (DeletedAt is { } deletedAt)
        {
            builder.Append(", DeletedAt = ").Append(deletedAt.ToString("O"));
        }

        return true;
    }

    /// <summary>The store holds it.</summary>
    /// <param name="Secret">The secret.</param>
    public sealed record Found(Secret Secret) : SecretState
    {
        /// <summary>Gets the trust that came in the same answer, or null.</summary>
        public ValidationContext? Trust { get; init; }

        /// <summary>Gets the end of the secret's lease at the store, or null.</summary>
        public DateTimeOffset? ValidUntil { get; init; }

        /// <summary>Gets a value indicating whether reading created it (an issued certificate, a database credential).</summary>
        public bool Minted { get; init; }

        /// <summary>Gets where it came from, or null when the source's name says it all.</summary>
        public SecretOrigin? Origin { get; init; }
    }

    /// <summary>The store answered: there is no such secret, and there was none while we looked.</summary>
    public sealed record NotFound : SecretState;

    /// <summary>It was there and is gone.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Removed(RemovalReason Reason) : SecretState;

    /// <summary>The store refuses to show it.</summary>
    /// <param name="Remedy">What to grant, and to whom.</param>
    public sealed record Denied(string Remedy) : SecretState;

    /// <summary>The store's bytes are not a sound secret.</summary>
    /// <param name="Problem">What is wrong with them.</param>
    public sealed record Invalid(SecretProblem Problem) : SecretState;

    /// <summary>The store gave no answer: time-out, server error, throttled, stream lost.</summary>
    /// <param name="Error">What happened, for people.</param>
    public sealed record Unavailable(string Error) : SecretState
    {
        /// <summary>Gets how long the store asks us to wait, or null.</summary>
        public TimeSpan? RetryAfter { get; init; }

        /// <summary>
        /// Gets a value indicating whether waiting longer will not help: refused, no such socket, wrong certificate.
        /// Such an answer does not hold lower sources back.
        /// </summary>
        public bool Definite { get; init; }
    }
}
