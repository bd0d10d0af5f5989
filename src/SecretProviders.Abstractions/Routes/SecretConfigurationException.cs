using System.Collections.Immutable;

namespace SecretProviders;

/// <summary>The configuration cannot be used; every mistake is listed, not only the first.</summary>
public sealed class SecretConfigurationException : Exception
{
    /// <summary>Makes an exception of all mistakes found.</summary>
    /// <param name="errors">One line per mistake: the thing, the place and the remedy.</param>
    public SecretConfigurationException(params IEnumerable<string> errors)
        : this([.. errors])
    {
    }

    private SecretConfigurationException(ImmutableArray<string> errors)
        : base(string.Join(Environment.NewLine, errors)) => Errors = errors;

    /// <summary>Gets the mistakes, one line each.</summary>
    public ImmutableArray<string> Errors { get; }
}
