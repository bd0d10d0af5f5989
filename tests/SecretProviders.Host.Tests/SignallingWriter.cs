using System.Text;

namespace SecretProviders.Host.Tests;

/// <summary>Captures text from any thread, and waits until some text has come.</summary>
internal sealed class SignallingWriter : StringWriter
{
    private static readonly TimeSpan Hanging = TimeSpan.FromSeconds(60);
    private readonly Lock _gate = new();
    private TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override void Write(char value) => Change(() => base.Write(value));

    public override void Write(string? value) => Change(() => base.Write(value));

    public override void Write(char[] buffer, int index, int count) => Change(() => base.Write(buffer, index, count));

    public override void WriteLine(string? value) => Change(() => base.Write(value + "\n"));

    public override StringBuilder GetStringBuilder() => throw new NotSupportedException("Use ToString: other threads write.");

    public override string ToString()
    {
        lock (_gate)
        {
            return base.GetStringBuilder().ToString();
        }
    }

    public string[] Lines() => ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public Task<string> WhenContainsAsync(string text) => WhenAsync(all => all.Contains(text, StringComparison.Ordinal), text);

    /// <summary>Waits until all that was written meets a condition.</summary>
    public async Task<string> WhenAsync(Func<string, bool> condition, string what)
    {
        using var hanging = new CancellationTokenSource(Hanging);
        while (true)
        {
            Task written;
            lock (_gate)
            {
                if (base.GetStringBuilder().ToString() is var all && condition(all))
                {
                    return all;
                }

                written = _written.Task;
            }

            try
            {
                await written.WaitAsync(hanging.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Waited in vain for: {what}. Instead: {ToString()}");
            }
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource written;
        lock (_gate)
        {
            change();
            written = _written;
            _written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        written.SetResult();
    }
}
