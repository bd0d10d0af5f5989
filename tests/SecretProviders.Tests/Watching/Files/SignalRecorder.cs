using System.Threading.Channels;

namespace SecretProviders.Tests.Watching;

/// <summary>Keeps what happens in order, and lets a test wait for the next that it cares for.</summary>
internal sealed class SignalRecorder<T>
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(30);
    private readonly Channel<T> _items = Channel.CreateUnbounded<T>();

    public void Add(T item) => _items.Writer.TryWrite(item);

    public async Task<T> WaitForAsync(Func<T, bool> predicate)
    {
        using var hang = new CancellationTokenSource(HangLimit);
        while (true)
        {
            var item = await _items.Reader.ReadAsync(hang.Token);
            if (predicate(item))
            {
                return item;
            }
        }
    }
}
