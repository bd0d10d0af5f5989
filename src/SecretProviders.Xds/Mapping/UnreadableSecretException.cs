namespace SecretProviders.Xds.Mapping;

/// <summary>A message that is not a sound secret; stays inside the mapping, which turns it into a state.</summary>
/// <param name="state">The state.</param>
internal sealed class UnreadableSecretException(SecretState state) : Exception
{
    public UnreadableSecretException(SecretProblem problem)
        : this(new SecretState.Invalid(problem))
    {
    }

    public UnreadableSecretException(string place, string message)
        : this(new SecretProblem(SecretProblemCode.Malformed, $"{place}: {message}"))
    {
    }

    public SecretState State { get; } = state;
}
