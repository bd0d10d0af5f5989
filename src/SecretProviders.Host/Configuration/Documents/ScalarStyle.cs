namespace SecretProviders.Host.Configuration;

/// <summary>How a single value was written.</summary>
internal enum ScalarStyle
{
    /// <summary>Without quotes, in YAML or an override: it is whatever the field wants.</summary>
    Plain,

    /// <summary>In quotes: it is a text and nothing else.</summary>
    Text,

    /// <summary>A JSON number.</summary>
    Number,

    /// <summary>JSON's true or false.</summary>
    Boolean,
}
