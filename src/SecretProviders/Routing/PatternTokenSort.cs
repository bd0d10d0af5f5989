namespace SecretProviders.Routing;

internal enum PatternTokenSort
{
    Literal,
    Parameter,
    Segment,
    Everything,
}
