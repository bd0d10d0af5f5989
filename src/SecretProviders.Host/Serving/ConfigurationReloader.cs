using System.Threading.Channels;
using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Serving;

/// <summary>
/// Takes a changed file, or SIGHUP, as a new revision of <c>secrets</c> and <c>defaults</c>. A mistaken file, or one that
/// changes anything else, changes nothing and says so. The file is compared by content, so every way of replacing it
/// is noticed (editors, ConfigMaps behind symbolic links, bind mounts), and taken when two looks agree, never half written.
/// </summary>
/// <param name="loader">Loads the configuration.</param>
/// <param name="text">The text that is in force.</param>
/// <param name="configuration">The configuration that the server was started with: of it only routes ever change.</param>
/// <param name="control">Takes the new routes.</param>
/// <param name="console">Takes what is to be said.</param>
/// <param name="reloaded">Told after each change.</param>
/// <param name="time">The clock of looking.</param>
internal sealed class ConfigurationReloader(
    ConfigurationLoader loader,
    string text,
    HostConfiguration configuration,
    ISecretProviderControl control,
    ServeConsole console,
    Func<HostConfiguration, Task> reloaded,
    TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // The timer and SIGHUP ask, one loop acts: no two reloads at once. True asks for a reload, false for a look.
    private readonly Channel<bool> _requests = Channel.CreateUnbounded<bool>(new UnboundedChannelOptions { SingleReader = true });
    private string _taken = text;
    private string? _seen;

    /// <summary>Asks for a reload, from any thread.</summary>
    public void Request() => _requests.Writer.TryWrite(true);

    /// <summary>Looks at the file, and reloads on request, until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        await using var timer = time.CreateTimer(_ => _requests.Writer.TryWrite(false), null, Interval, Interval);
        await using var stop = stopping.Register(() => _requests.Writer.TryComplete());
        await foreach (var isReload in _requests.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await (isReload ? ReloadAsync() : LookAsync());
            }
            catch (Exception exception)
            {
                // Otherwise no change would ever be taken again, and nobody would know.
                console.Problem($"{loader.Name}: could not be taken, by a defect of this program; report it: {exception}");
            }
        }
    }

    /// <summary>Looks once; takes a change that the look before saw too.</summary>
    internal async Task LookAsync()
    {
        if (TryRead() is not { } text || text == _taken)
        {
            _seen = null;
        }
        else if (text == _seen)
        {
            await TakeAsync(text);
        }
        else
        {
            _seen = text;
        }
    }

    /// <summary>Takes the file as it is now, changed or not.</summary>
    internal async Task ReloadAsync()
    {
        try
        {
            await TakeAsync(loader.ReadText());
        }
        catch (SecretConfigurationException exception)
        {
            Refuse(exception);
        }
    }

    // A file that is briefly absent is being replaced; SIGHUP tells what is wrong with one that stays absent.
    private string? TryRead()
    {
        try
        {
            return loader.ReadText();
        }
        catch (SecretConfigurationException)
        {
            return null;
        }
    }

    private async Task TakeAsync(string text)
    {
        _taken = text;
        _seen = null;
        try
        {
            var next = loader.Load(text);
            var others = string.Join(", ", configuration.SectionsThatNeedRestart(next));
            if (others.Length > 0)
            {
                console.Problem($"{loader.Name}: changes {others}, which needs a restart; nothing was changed");
                return;
            }

            var revision = ReplaceRoutes(next);
            await reloaded(next);
            console.Note($"{loader.Name}: {Output.EventLine.Count(next.Routes.Length, "route")} taken as revision {revision}");
        }
        catch (SecretConfigurationException exception)
        {
            Refuse(exception);
        }
    }

    private long ReplaceRoutes(HostConfiguration next)
    {
        try
        {
            return control.ReplaceRoutes(next.Routes.Select(static route => route.Route));
        }
        catch (SecretConfigurationException exception)
        {
            throw ConfigurationPlaces.Of(exception.Errors, next);
        }
    }

    private void Refuse(SecretConfigurationException exception)
    {
        foreach (var error in exception.Errors)
        {
            console.Problem(error);
        }

        console.Problem($"{loader.Name}: has mistakes; nothing was changed");
    }
}
