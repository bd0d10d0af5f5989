namespace SecretProviders.Routing;

internal enum PatternTokenSort
{
    Literal,
    Parameter,

    /// <summary>In templates: the wildcard DNS name that covers a parameter.</summary>
    WildcardOf,

    Segment,
    Everything,
}
