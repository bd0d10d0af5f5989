namespace SecretProviders.Kubernetes.References;

/// <summary>What a key names.</summary>
internal enum KubernetesKeySort
{
    /// <summary>A Secret: <c>namespace/name</c>, <c>name</c>, <c>kubernetes://…</c> or <c>kubernetes-gateway://…</c>.</summary>
    Secret,

    /// <summary>A ConfigMap with trust: <c>configmap://namespace/name</c> or <c>configmap://name</c>.</summary>
    ConfigMap,

    /// <summary>One ClusterTrustBundle: <c>clustertrustbundle://name</c>.</summary>
    ClusterTrustBundle,

    /// <summary>All ClusterTrustBundles of a signer: <c>clustertrustbundle-signer://domain/path</c>.</summary>
    ClusterTrustBundleSigner,
}
