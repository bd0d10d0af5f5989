namespace SecretProviders;

/// <summary>How a route makes one secret of several sources.</summary>
public enum SecretRule
{
    /// <summary>The whole secret of the first source, in order of priority, that has a sound one.</summary>
    FirstOf,

    /// <summary>
    /// The anchors of all sources together; only for validation contexts. Matchers, pins and lax flags come from the
    /// first source alone, since uniting them would widen access.
    /// </summary>
    Union,
}
