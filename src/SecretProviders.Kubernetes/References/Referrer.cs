using System.Collections.Immutable;

namespace SecretProviders.Kubernetes.References;

/// <summary>
/// Who refers to an object: the object in which a Gateway API <c>SecretObjectReference</c> stands. From another
/// namespace it needs a ReferenceGrant there.
/// </summary>
/// <param name="Namespace">The namespace of the referring object.</param>
/// <param name="Group">Its API group.</param>
/// <param name="Kind">Its kind.</param>
internal sealed record Referrer(string Namespace, string Group, string Kind)
{
    /// <summary>The parameters of a reference that name it; only the first is needed.</summary>
    public const string NamespaceParameter = "fromNamespace";
    public const string GroupParameter = "fromGroup";
    public const string KindParameter = "fromKind";
    private const string GatewayGroup = "gateway.networking.k8s.io";
    private const string GatewayKind = "Gateway";

    /// <summary>Reads the parameters of a reference.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="referrer">Who refers, or null when they do not say.</param>
    /// <param name="mistake">What is wrong with them, as the end of a sentence.</param>
    public static bool TryParse(ImmutableSortedDictionary<string, string> parameters, out Referrer? referrer, out string mistake)
    {
        referrer = null;
        mistake = parameters.Keys.Except([NamespaceParameter, GroupParameter, KindParameter]).Any()
            ? $"has a parameter that this source does not know: it knows {NamespaceParameter}, {GroupParameter} and {KindParameter}."
            : "";
        if (mistake.Length == 0 && parameters.Count > 0 && !parameters.ContainsKey(NamespaceParameter))
        {
            mistake = $"does not say from where it is referred to: add the parameter {NamespaceParameter}.";
        }

        if (mistake.Length == 0 && parameters.Count > 0)
        {
            referrer = new Referrer(
                parameters[NamespaceParameter],
                parameters.GetValueOrDefault(GroupParameter, GatewayGroup),
                parameters.GetValueOrDefault(KindParameter, GatewayKind));
        }

        return mistake.Length == 0;
    }
}
