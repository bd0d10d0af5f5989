namespace SecretProviders.Xds.Tests.SdsSource.Models;

public enum StateOfTheWorldHabit
{
    /// <summary>As go-control-plane's SnapshotCache.</summary>
    OneVersionForAll,

    /// <summary>As go-control-plane's LinearCache.</summary>
    VersionsOnly,

    /// <summary>As servers without a cache, SPIRE for one: a change is sent although the last response is not answered yet.</summary>
    ChangesAtOnce,
}
