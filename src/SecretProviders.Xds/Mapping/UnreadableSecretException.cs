namespace SecretProviders.Xds.Mapping;

/// <summary>A message that is not a sound secret; stays inside the mapping, which turns it into a state.</summary>
internal sealed class UnreadableSecretException(SecretProblem problem) : Exception(problem.Message)
{
    public UnreadableSecretException(string place, string message)
        : this(new SecretProblem(SecretProblemCode.Malformed, $"{place}: {message}"))
    {
    }

    public SecretProblem Problem { get; } = problem;
}
