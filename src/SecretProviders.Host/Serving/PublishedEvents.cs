using System.Threading.Channels;
using SecretProviders.Host.Output;

namespace SecretProviders.Host.Serving;

/// <summary>
/// Shows what the provider publishes, whoever asked for it. The names arrive as log events, which the provider writes
/// while it holds its lock; so they are only queued there, and looked up and printed here. In a flood the oldest are
/// not shown: a person could not read them either.
/// </summary>
internal sealed class PublishedEvents
{
    private const int MaxQueued = 1_000;
    private readonly Channel<string> _names = Channel.CreateBounded<string>(
        new BoundedChannelOptions(MaxQueued) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Takes a name that was published anew. Never waits.</summary>
    public void Add(string name) => _names.Writer.TryWrite(name);

    /// <summary>Ends the showing, once what is queued was shown.</summary>
    public void Complete() => _names.Writer.TryComplete();

    /// <summary>Shows events until completed.</summary>
    /// <param name="provider">Knows what was published.</param>
    /// <param name="clients">Counts the clients that hold a name.</param>
    /// <param name="console">Takes the lines.</param>
    public async Task ShowAsync(ISecretProvider provider, Func<string, int> clients, ServeConsole console)
    {
        await foreach (var name in _names.Reader.ReadAllAsync())
        {
            console.Event(SecretView.From(provider.Current(name), reveal: false), clients(name));
        }
    }
}
