namespace SecretProviders;

/// <summary>How a subject alternative name is compared.</summary>
public enum SubjectAltNameMatch
{
    /// <summary>The whole name.</summary>
    Exact,

    /// <summary>The name's beginning.</summary>
    Prefix,

    /// <summary>The name's end.</summary>
    Suffix,

    /// <summary>A part of the name.</summary>
    Contains,

    /// <summary>A regular expression over the whole name, RE2 syntax.</summary>
    Regex,
}
