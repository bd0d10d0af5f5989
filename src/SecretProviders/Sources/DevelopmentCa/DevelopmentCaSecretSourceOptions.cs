namespace SecretProviders.DevelopmentCa;

/// <summary>What one may set about a development CA.</summary>
public sealed class DevelopmentCaSecretSourceOptions
{
    /// <summary>Gets or sets how long a certificate is valid.</summary>
    /// <value>The default is one hour; at least two rotations and at most a year.</value>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets the time between two rotations: each replaces every certificate that is watched.</summary>
    /// <value>The default is 30 seconds; at least one second and at most a day.</value>
    public TimeSpan RotateEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how many names may be watched at once; each more is Denied.</summary>
    /// <value>The default is 1000; at least one.</value>
    public int MaxNames { get; set; } = 1000;

    /// <summary>Gets or sets how long the first state of a name may take.</summary>
    /// <value>The default is five seconds; above zero and at most a day.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);
}
