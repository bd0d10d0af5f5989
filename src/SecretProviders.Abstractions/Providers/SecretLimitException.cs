namespace SecretProviders;

/// <summary>A consumer asked for more than it may hold.</summary>
public sealed class SecretLimitException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="message">The limit, its value and where it is set.</param>
    public SecretLimitException(string message)
        : base(message)
    {
    }
}
