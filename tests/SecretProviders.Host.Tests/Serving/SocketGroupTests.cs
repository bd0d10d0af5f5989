using System.Diagnostics;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>Whose a socket is, as other programs see it.</summary>
public sealed class SocketGroupTests
{
    [Theory]
    [InlineData("0660")]
    [InlineData("0600")]
    public async Task A_socket_is_given_to_a_group_by_its_name(string mode)
    {
        // The superuser may give it to any group, others to one of their own.
        var (name, number) = Environment.IsPrivilegedProcess
            ? (await File.ReadAllLinesAsync("/etc/group")).Select(static line => line.Split(':')).Where(static fields => fields[2] != "0").Select(static fields => (fields[0], fields[2])).First()
            : (await RunAsync("id", "-gn"), await RunAsync("id", "-g"));
        await using var server = new ServingRun();

        await server.StartAsync(ServingRun.Head.Replace("sds.sock }", $"sds.sock, mode: \"{mode}\", group: {name} }}", StringComparison.Ordinal) + ServingRun.Web);

        Assert.Equal($"{mode[1..]} {number}", await RunAsync("stat", "-c", "%a %g", Path.Combine(server.Run.Folder, "sds.sock")));
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        return (await process.StandardOutput.ReadToEndAsync()).Trim();
    }
}
