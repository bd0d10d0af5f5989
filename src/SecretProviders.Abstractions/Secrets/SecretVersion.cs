namespace SecretProviders;

/// <summary>
/// The content id of a secret, equal on every replica for equal content: 64 lower-case hexadecimal digits. Versions
/// are only ever compared for equality; they have no order.
/// </summary>
/// <param name="Value">The digits; empty for the default value, which no secret has.</param>
public readonly record struct SecretVersion(string Value)
{
    private const int AbbreviatedLength = 12;

    /// <summary>Gets the first twelve digits, for people.</summary>
    public string Abbreviated => Value is { Length: > AbbreviatedLength } ? Value[..AbbreviatedLength] : ToString();

    /// <inheritdoc/>
    public override string ToString() => Value ?? string.Empty;
}
