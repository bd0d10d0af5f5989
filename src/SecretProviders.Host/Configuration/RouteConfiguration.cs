namespace SecretProviders.Host.Configuration;

/// <summary>One entry of <c>secrets</c>.</summary>
/// <param name="Route">The route it describes.</param>
/// <param name="Place">Where it is written.</param>
/// <param name="Field">Its field, such as <c>secrets[2]</c>.</param>
internal sealed record RouteConfiguration(SecretRoute Route, Place Place, string Field)
{
    /// <summary>Gets a value indicating whether the route takes exactly one name.</summary>
    public bool IsStatic => Route.Pattern.AsSpan().IndexOfAny('{', '*') < 0;
}
