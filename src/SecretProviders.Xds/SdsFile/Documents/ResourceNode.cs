namespace SecretProviders.SdsFile;

/// <summary>A value of a resource file, YAML or JSON alike, with the line where it begins.</summary>
/// <param name="Line">The line, from 1.</param>
internal abstract record ResourceNode(int Line)
{
    /// <summary>A text, number or flag, as it is written; null for null.</summary>
    /// <param name="Line">The line.</param>
    /// <param name="Value">The text.</param>
    public sealed record Scalar(int Line, string? Value) : ResourceNode(Line)
    {
        /// <summary>Says nothing of the value: it may be a secret.</summary>
        public override string ToString() => $"a value at line {Line}";
    }

    /// <summary>A list.</summary>
    /// <param name="Line">The line.</param>
    /// <param name="Items">What is in it.</param>
    public sealed record List(int Line, IReadOnlyList<ResourceNode> Items) : ResourceNode(Line);

    /// <summary>A map. A key comes once, whether it is spelt <c>tls_certificate</c> or <c>tlsCertificate</c>.</summary>
    /// <param name="Line">The line.</param>
    /// <param name="Entries">What is in it.</param>
    public sealed record Map(int Line, IReadOnlyDictionary<string, ResourceNode> Entries) : ResourceNode(Line);
}
