using System.Reflection;

namespace SecretProviders.Interop.Tests;

/// <summary>Where the independent programs lie. A missing one is a failure with the remedy, never a skipped test.</summary>
internal static class Components
{
    private const string Remedy = "run tests/components/install.sh";

    public static string ClientFolder { get; } = Metadata("ClientFolder");

    public static string ProtoFolder { get; } = Metadata("ProtoFolder");

    public static string NodeClient => NodeProgram("sds-client.js");

    public static string NodeServer => NodeProgram("echo-server.js");

    public static string NodeSdsServer => NodeProgram("sds-server.js");

    public static string PythonClient => Path.Combine(ClientFolder, "python", "sds_client.py");

    public static string PythonServer => Path.Combine(ClientFolder, "python", "echo_server.py");

    public static string PythonSdsServer => Path.Combine(ClientFolder, "python", "sds_server.py");

    /// <summary>Debian's interpreter: the gRPC module belongs to it.</summary>
    public static string Python => Find("/usr/bin/python3");

    public static string Node => Find("/usr/bin/node", "/usr/local/bin/node");

    public static string OpenSsl => Find("/usr/bin/openssl");

    public static string ProtoCompiler => Find("/usr/bin/protoc");

    /// <summary>A Workload API made of go-spiffe and grpc-go.</summary>
    public static string GoWorkloadApi => GoProgram("workload-api");

    /// <summary>What go-spiffe makes of identities.</summary>
    public static string GoSpiffeJudge => GoProgram("spiffe-judge");

    /// <summary>An SDS server made of go-control-plane.</summary>
    public static string GoSdsServer => GoProgram("sds-server");

    private static string GoProgram(string name)
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Find(Path.Combine(cache, "secretproviders", "go", name));
    }

    private static string NodeProgram(string name)
    {
        var modules = Path.Combine(ClientFolder, "node", "node_modules", "@grpc", "grpc-js");
        Assert.True(Directory.Exists(modules), $"'{modules}' is missing: {Remedy}.");
        return Path.Combine(ClientFolder, "node", name);
    }

    private static string Find(params string[] places)
    {
        var found = Array.Find(places, File.Exists);
        Assert.True(found is not null, $"'{places[0]}' is missing: {Remedy}.");
        return found!;
    }

    private static string Metadata(string key) =>
        typeof(Components).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
