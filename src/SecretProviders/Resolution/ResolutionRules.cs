namespace SecretProviders.Resolution;

/// <summary>The rules by their public name; a new rule is one more line.</summary>
internal static class ResolutionRules
{
    private static readonly FirstOfRule FirstOf = new();
    private static readonly UnionRule Union = new();

    public static IResolutionRule For(SecretRule rule) => rule switch
    {
        SecretRule.FirstOf => FirstOf,
        SecretRule.Union => Union,
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "This rule is not known."),
    };
}
