namespace SecretProviders.Kubernetes.Client;

/// <summary>Which objects a list or a watch is about.</summary>
/// <param name="Resource">Their sort.</param>
/// <param name="Namespace">Their namespace, or null for all of them.</param>
/// <param name="Name">The one name, or null for all of them.</param>
internal sealed record ObjectSelection(ApiResource Resource, string? Namespace = null, string? Name = null)
{
    /// <summary>Gets the labels that they have, in the API's syntax, or null.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Gets the fields that they have beside the name, in the API's syntax, or null.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Gets a value indicating whether names and versions suffice.</summary>
    public bool MetadataOnly { get; init; }

    /// <summary>Gets the path and the query below the server's address, every part escaped.</summary>
    /// <param name="version">The version of the API.</param>
    /// <param name="parameters">What else belongs into the query.</param>
    public string ToPath(string version, params IEnumerable<(string Name, string? Value)> parameters)
    {
        var place = Namespace is null ? "" : $"namespaces/{Uri.EscapeDataString(Namespace)}/";
        var query = string.Join('&', parameters.Prepend(("labelSelector", LabelSelector)).Prepend(("fieldSelector", AllFields()))
            .Where(static parameter => parameter.Item2 is not null)
            .Select(static parameter => $"{parameter.Item1}={Uri.EscapeDataString(parameter.Item2!)}"));
        return $"{Resource.BasePath(version)}/{place}{Resource.Plural}{(query.Length == 0 ? "" : "?" + query)}";
    }

    /// <summary>Says what this is, for messages.</summary>
    public override string ToString() =>
        $"{Resource.Plural}{(Name is null ? "" : $" '{Name}'")}{(Namespace is null ? Resource.IsNamespaced ? " in all namespaces" : "" : $" in namespace '{Namespace}'")}";

    // A role that names objects by resourceNames permits a list or a watch only when this field names one of them.
    private string? AllFields() => (Name, FieldSelector) switch
    {
        (null, _) => FieldSelector,
        (_, null) => $"metadata.name={Name}",
        _ => $"metadata.name={Name},{FieldSelector}",
    };
}
