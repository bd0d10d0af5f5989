namespace SecretProviders;

/// <summary>
/// The one exception inside a source; the bases of the core turn it into a state before anybody else sees it.
/// The message says what, where and what to do, and holds no private material.
/// </summary>
public sealed class SecretSourceException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="code">What callers act on.</param>
    /// <param name="message">The thing, the place and the remedy.</param>
    /// <param name="innerException">The cause, untouched, or null.</param>
    public SecretSourceException(SecretErrorCode code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>Gets the code.</summary>
    public SecretErrorCode Code { get; }

    /// <summary>Gets how long the store asks us to wait, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets the state that this failure is.</summary>
    public SecretState ToState() => Code switch
    {
        SecretErrorCode.Denied => new SecretState.Denied(Message),
        SecretErrorCode.Invalid => new SecretState.Invalid(new SecretProblem(SecretProblemCode.Malformed, Message)),
        _ => new SecretState.Unavailable(Message) { RetryAfter = RetryAfter, Definite = Code == SecretErrorCode.Unreachable },
    };
}
