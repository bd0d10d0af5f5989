namespace SecretProviders.Resolution;

/// <summary>How a route makes one secret of its slots. Pure: the same input gives the same decision.</summary>
internal interface IResolutionRule
{
    NameResolution Resolve(RuleInput input);
}
