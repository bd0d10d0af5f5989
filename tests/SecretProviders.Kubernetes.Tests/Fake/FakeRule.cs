namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>One permission.</summary>
/// <param name="Verb">get, list or watch; <c>*</c> for all.</param>
/// <param name="Resource">The plural; <c>*</c> for all.</param>
/// <param name="Namespace">The namespace, or null for the whole cluster.</param>
/// <param name="Name">The one name that may be asked for, or null for any.</param>
/// <param name="Group">The API group.</param>
internal sealed record FakeRule(string Verb, string Resource, string? Namespace = null, string? Name = null, string Group = "")
{
    public static readonly FakeRule Everything = new("*", "*");

    public bool Allows(string verb, string group, string plural, string? ns, string? name) =>
        (Verb == "*" || Verb == verb)
        && (Resource == "*" || (Resource == plural && Group == group))
        && (Namespace is null || Namespace == ns)
        && (Name is null || Name == name);
}
