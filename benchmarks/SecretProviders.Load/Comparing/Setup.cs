namespace SecretProviders.Load.Comparing;

/// <summary>One server under test.</summary>
/// <param name="Name">The name in tables.</param>
/// <param name="Program">The path of its program.</param>
/// <param name="Arguments">Its arguments but for sockets and secrets.</param>
internal sealed record Setup(string Name, string Program, params string[] Arguments)
{
    private const string Ours = "SecretProviders";

    /// <summary>Gets a value indicating whether it is this repository's.</summary>
    public bool IsOurs => Name == Ours;

    /// <summary>
    /// Gets what the process's environment has beside this one's: only ours has something. The framework is compiled anew,
    /// for this machine and across assemblies, since the code that it ships with must suit every machine; and idle
    /// threads of the pool sleep at once, instead of spinning on the processors that the client needs.
    /// </summary>
    public Dictionary<string, string> Environment => IsOurs ? new() { ["DOTNET_ReadyToRun"] = "0", ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0" } : [];

    /// <summary>
    /// Lists the servers. go-control-plane is run in each of its sensible set-ups, since none is best in everything; one
    /// snapshot shared by all nodes is left out, because there each response walks every secret.
    /// </summary>
    /// <param name="peers">The folder with the Go programs.</param>
    public static Setup[] List(string peers)
    {
        var go = Path.Combine(peers, "sds-server-go");
        return
        [
            new(Ours, Path.Combine(AppContext.BaseDirectory, "SecretProviders.Load"), "serve"),
            new("pernode", go, "-cache=pernode"),
            new("linear", go, "-cache=linear"),
            new("direct", go, "-cache=direct"),
        ];
    }
}
