using System.Text.Json;
using Google.Protobuf;
using SecretProviders.Xds.Mapping;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Interop.Tests.Sds;

/// <summary>An SDS server of other people's making, in a process of its own, that holds what it is told to.</summary>
internal sealed class SdsServerProcess(ClientProcess process) : IAsyncDisposable
{
    private readonly SemaphoreSlim _commands = new(1, 1);

    public static async Task<SdsServerProcess> StartAsync(ClientProcess process)
    {
        Assert.Equal("ready", await process.ReadLineAsync());
        return new SdsServerProcess(process);
    }

    public Task PutAsync(string name, Secret secret) => PutAsync(name, SecretWriter.ToMessage(name, secret));

    public Task PutAsync(string name, Tls.Secret message) =>
        SendAsync($$"""{"op":"put","name":{{Quote(name)}},"secret":"{{message.ToByteString().ToBase64()}}"}""");

    public Task DeleteAsync(string name) => SendAsync($$"""{"op":"delete","name":{{Quote(name)}}}""");

    /// <summary>Ends, now and later, every stream that asks for a name; 0 heals it.</summary>
    public Task RefuseAsync(string name, int code) => SendAsync($$"""{"op":"refuse","name":{{Quote(name)}},"code":{{code}}}""");

    /// <summary>Stops the process, whose connections stand, or lets it go on.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Tells whether the client has answered everything that was sent on some stream.</summary>
    public async Task<bool> IsIdleAsync() => await AskAsync("""{"op":"idle"}""") == "done";

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        _commands.Dispose();
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text);

    private async Task SendAsync(string command) => Assert.Equal("done", await AskAsync(command));

    private async Task<string> AskAsync(string command)
    {
        await _commands.WaitAsync();
        try
        {
            await process.Input.WriteLineAsync(command);
            await process.Input.FlushAsync();
            return await process.ReadLineAsync();
        }
        finally
        {
            _commands.Release();
        }
    }
}
