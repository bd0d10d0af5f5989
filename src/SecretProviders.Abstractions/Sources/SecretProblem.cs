namespace SecretProviders;

/// <summary>One problem with a secret: what, where and the remedy; never its content.</summary>
/// <param name="Code">What is wrong.</param>
/// <param name="Message">For people: the thing, the place and the remedy.</param>
public sealed record SecretProblem(SecretProblemCode Code, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Code}: {Message}";
}
