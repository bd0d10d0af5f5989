namespace SecretProviders.InMemory;

/// <summary>What a reference means beside its key. Pure.</summary>
internal static class InMemoryReference
{
    /// <summary>Takes the part that a reference wants: a property is a field of a generic secret; there are no versions.</summary>
    /// <param name="state">What is under the key.</param>
    /// <param name="reference">The reference.</param>
    public static SecretState Narrow(SecretState state, SecretReference reference)
    {
        if (reference.Version is not null)
        {
            return new SecretState.Invalid(new SecretProblem(
                SecretProblemCode.BadName, $"Secrets in memory have no versions: take 'version' out of the reference to '{reference.Key}'."));
        }

        if (reference.Property is not { } property || state is not SecretState.Found found)
        {
            return state;
        }

        return found.Secret is GenericSecret generic && generic.Fields.TryGetValue(property, out var value)
            ? found with { Secret = new GenericSecret(value) }
            : new SecretState.NotFound();
    }
}
