namespace SecretProviders;

/// <summary>What <see cref="SecretDecoder"/> takes for sane, beyond the formats themselves.</summary>
public sealed record SecretDecoderOptions
{
    /// <summary>The options that hold when none are given.</summary>
    public static readonly SecretDecoderOptions Default = new();

    /// <summary>Gets the greatest size of all fields of one secret together, in bytes.</summary>
    /// <value>The default is 1 MiB.</value>
    public int MaxBytes { get; init; } = 1024 * 1024;
}
