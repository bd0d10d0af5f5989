using System.Collections.Immutable;

namespace SecretProviders;

/// <summary>Bytes of any meaning: one value, or named fields that must travel together; never both.</summary>
public sealed record GenericSecret : Secret
{
    private static readonly ImmutableSortedDictionary<string, SensitiveBytes> NoFields = ImmutableSortedDictionary.Create<string, SensitiveBytes>(StringComparer.Ordinal);

    /// <summary>Wraps one value.</summary>
    /// <param name="value">The bytes; may be empty.</param>
    public GenericSecret(SensitiveBytes value) => Value = value ?? throw new ArgumentNullException(nameof(value));

    /// <summary>Wraps named fields.</summary>
    /// <param name="fields">The values by field name; at least one.</param>
    /// <exception cref="ArgumentException">There is no field.</exception>
    public GenericSecret(IEnumerable<KeyValuePair<string, SensitiveBytes>> fields)
    {
        Fields = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, fields);
        if (Fields.IsEmpty)
        {
            throw new ArgumentException("A generic secret needs a value or at least one field.", nameof(fields));
        }
    }

    /// <inheritdoc/>
    public override SecretKind Kind => SecretKind.Generic;

    /// <summary>Gets the one value, or null when there are fields.</summary>
    public SensitiveBytes? Value { get; }

    /// <summary>Gets the fields by name in ordinal order; empty when there is one value.</summary>
    public ImmutableSortedDictionary<string, SensitiveBytes> Fields { get; } = NoFields;

    /// <inheritdoc/>
    public bool Equals(GenericSecret? other) => other is not null && Equals(Value, other.Value) && (ReferenceEquals(Fields, other.Fields) || Fields.SequenceEqual(other.Fields));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Value, Fields.Count);

    private protected override string Describe() =>
        Value is null ? $"GenericSecret ({Fields.Count} fields, redacted)" : "GenericSecret (one value, redacted)";
}
