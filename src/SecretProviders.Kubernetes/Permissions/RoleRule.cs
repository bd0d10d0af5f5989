using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Permissions;

/// <summary>Writes the rule that a role needs, as it stands in the role's YAML. Pure.</summary>
internal static class RoleRule
{
    /// <summary>The verbs that reading needs; no other one is ever used.</summary>
    public static readonly string[] Verbs = ["list", "watch"];

    /// <summary>Says what to grant for a selection.</summary>
    /// <param name="selection">What is to be read.</param>
    public static string For(ObjectSelection selection)
    {
        var role = selection.Namespace is null ? "a ClusterRole" : $"a Role in namespace '{selection.Namespace}'";
        var names = selection.Name is null ? "" : $", resourceNames: [\"{selection.Name}\"]";
        return $"It is not permitted to list and watch {selection}: grant it by {role} with the rule "
            + $"{{ apiGroups: [\"{selection.Resource.Group}\"], resources: [\"{selection.Resource.Plural}\"], verbs: [\"list\", \"watch\"]{names} }}.";
    }
}
