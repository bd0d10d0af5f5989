using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SecretProviders.Interop.Tests.Spiffe;

/// <summary>Asks go-spiffe what it makes of identities; one program for all tests of a class.</summary>
public sealed class GoSpiffeJudge : IAsyncLifetime
{
    private ClientProcess? _process;

    public ValueTask InitializeAsync()
    {
        _process = new ClientProcess(Components.GoSpiffeJudge);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _process!.DisposeAsync();

    /// <summary>Returns what go-spiffe reads in a text, or null when it refuses it.</summary>
    /// <param name="what"><c>id</c> or <c>domain</c>.</param>
    /// <param name="text">The text.</param>
    internal Task<string?> ReadAsync(string what, string text) => AskAsync($"{what} {Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}");

    /// <summary>Returns the SPIFFE ID of an SVID, or null when go-spiffe refuses it.</summary>
    internal Task<string?> ReadAsync(X509Certificate2 svid)
    {
        using var key = svid.GetECDsaPrivateKey();
        return AskAsync($"svid {Convert.ToBase64String(svid.RawData)} {Convert.ToBase64String(key!.ExportPkcs8PrivateKey())}");
    }

    private async Task<string?> AskAsync(string line)
    {
        await _process!.Input.WriteLineAsync(line);
        await _process.Input.FlushAsync();
        return (await _process.ReadLineAsync()).Split(' ', 2) is ["valid", var identity] ? identity : null;
    }
}
