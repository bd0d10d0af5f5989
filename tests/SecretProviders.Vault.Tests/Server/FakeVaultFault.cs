using System.Text;
using Microsoft.AspNetCore.Http;

namespace SecretProviders.Vault.Tests.Server;

/// <summary>Something that goes wrong between a client and what would be its answer.</summary>
internal sealed class FakeVaultFault
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FakeVaultFault()
    {
    }

    /// <summary>Gets the answer instead of the true one, or null.</summary>
    public FakeVaultAnswer? Answer { get; private init; }

    public bool CutsBody { get; private init; }

    private bool IsSilent { get; init; }

    private bool IsLate { get; init; }

    private bool HangsUp { get; init; }

    /// <summary>No answer, until it is healed or the client goes.</summary>
    public static FakeVaultFault Silence() => new() { IsSilent = true };

    /// <summary>The true answer, which is on its way until it is healed or the client goes.</summary>
    public static FakeVaultFault Late() => new() { IsLate = true };

    /// <summary>The connection ends without an answer.</summary>
    public static FakeVaultFault HangUp() => new() { HangsUp = true };

    /// <summary>The true answer, cut in half.</summary>
    public static FakeVaultFault CutBody() => new() { CutsBody = true };

    /// <summary>An answer of ours.</summary>
    public static FakeVaultFault Instead(FakeVaultAnswer answer) => new() { Answer = answer };

    /// <summary>The page of a proxy.</summary>
    public static FakeVaultFault Page(int status, string text = "<html><body><h1>Bad Gateway</h1></body></html>") => Instead(new FakeVaultAnswer(status)
    {
        Headers = new Dictionary<string, string> { ["Content-Type"] = "text/html" },
        Raw = Encoding.UTF8.GetBytes(text),
    });

    public void End() => _ended.TrySetResult();

    /// <summary>Does what comes before an answer.</summary>
    /// <returns>True when there is to be none.</returns>
    public async Task<bool> MeetAsync(HttpContext context, FakeVaultRequest request)
    {
        if (IsSilent)
        {
            await WaitAsync(context);
        }

        if (HangsUp)
        {
            context.Abort();
            return true;
        }

        return false;
    }

    /// <summary>Does what comes between an answer and its arrival.</summary>
    public Task HoldAsync(HttpContext context) => IsLate ? WaitAsync(context) : Task.CompletedTask;

    private async Task WaitAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await Task.WhenAny(_ended.Task, gone.Task);
    }
}
