namespace SecretProviders.Watching;

/// <summary>A find must be of the kind that its reference wants. Pure.</summary>
internal static class KindCheck
{
    /// <summary>Returns what was said, or why it is not what was wanted.</summary>
    /// <param name="reference">What was asked for.</param>
    /// <param name="said">What the source said.</param>
    public static SecretState Judge(SecretReference reference, SecretState said) =>
        said is SecretState.Found found && reference.Kind is { } wanted && found.Secret.Kind != wanted
            ? new SecretState.Invalid(new SecretProblem(
                SecretProblemCode.WrongKind,
                $"'{reference}' is of kind {found.Secret.Kind} where {wanted} is wanted: correct the reference's key or the route's kind."))
            : said;
}
