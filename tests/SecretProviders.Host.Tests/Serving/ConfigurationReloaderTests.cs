using SecretProviders.Host.Configuration;
using SecretProviders.Host.Serving;
using SecretProviders.Testing;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>What a changed file may change, and what it may not.</summary>
public sealed class ConfigurationReloaderTests : IDisposable
{
    private const string Text = ConfigurationHead + "  - { name: a, from: [ { source: files } ] }\n";
    private const string ConfigurationHead = "sources:\n  files: { type: fileSystem, path: certs }\nsecrets:\n";
    private readonly CommandRun _run = new();
    private readonly FakeSecretProvider _provider = new();
    private readonly FakeSecretProviderControl _control;
    private readonly ConfigurationReloader _reloader;
    private HostConfiguration? _reloaded;
    private Exception? _defect;

    public ConfigurationReloaderTests()
    {
        _control = new FakeSecretProviderControl(_provider);
        _run.Write("host.yaml", Text);
        var loader = new ConfigurationLoader("host.yaml", [], _run.Variables, _run.Folder);
        _reloader = new ConfigurationReloader(loader, Text, loader.Load(), _control, new ServeConsole(_run.Environment), Remember, _run.Time);
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_change_is_taken_when_two_looks_agree()
    {
        _run.Write("host.yaml", Text.Replace("name: a", "name: b", StringComparison.Ordinal));

        await _reloader.LookAsync();
        Assert.Equal(0, _control.Revision);
        await _reloader.LookAsync();

        Assert.Equal("b", Assert.Single(_control.Routes).Pattern);
        Assert.Equal(["b"], _reloaded?.StaticNames);
        Assert.EndsWith("host.yaml: 1 route taken as revision 1", Assert.Single(_run.Error.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_still_being_written_is_not_taken()
    {
        _run.Write("host.yaml", "sources:\n  fi");
        await _reloader.LookAsync();
        _run.Write("host.yaml", Text + "#");
        await _reloader.LookAsync();

        Assert.Empty(_run.Error.Lines());
        Assert.Equal(0, _control.Revision);
    }

    [Theory]
    [InlineData("secrets: [ { name: a\nserver: {}\n")]
    [InlineData("secrets: !![ a\n")]
    public async Task A_file_at_which_the_parser_stumbles_changes_nothing(string text)
    {
        _run.Write("host.yaml", text);

        await _reloader.ReloadAsync();

        Assert.Equal(0, _control.Revision);
        Assert.EndsWith("host.yaml: has mistakes; nothing was changed", _run.Error.Lines()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_defect_is_told_and_does_not_end_reloading()
    {
        using var stopping = new CancellationTokenSource();
        _defect = new InvalidOperationException("unforeseen");
        var running = _reloader.RunAsync(stopping.Token);

        _reloader.Request();
        _reloader.Request();
        await stopping.CancelAsync();
        await running;

        Assert.Contains(_run.Error.Lines(), static line => line.Contains("host.yaml: could not be taken, by a defect", StringComparison.Ordinal));
        Assert.EndsWith("host.yaml: 1 route taken as revision 2", _run.Error.Lines()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unchanged_file_is_nothing()
    {
        await _reloader.LookAsync();
        await _reloader.LookAsync();

        Assert.Equal(0, _control.Revision);
    }

    [Fact]
    public async Task A_file_that_is_briefly_absent_is_nothing()
    {
        File.Delete(Path.Combine(_run.Folder, "host.yaml"));
        await _reloader.LookAsync();
        await _reloader.LookAsync();

        Assert.Empty(_run.Error.Lines());
    }

    [Fact]
    public async Task A_request_takes_the_file_at_once()
    {
        await _reloader.ReloadAsync();

        Assert.Equal(1, _control.Revision);
    }

    [Fact]
    public async Task A_request_for_an_absent_file_says_so()
    {
        File.Delete(Path.Combine(_run.Folder, "host.yaml"));
        await _reloader.ReloadAsync();

        Assert.Contains("cannot be read", _run.Error.Lines()[0], StringComparison.Ordinal);
        Assert.EndsWith("nothing was changed", _run.Error.Lines()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistaken_file_changes_nothing_and_is_told_once()
    {
        _run.Write("host.yaml", Text + "audit: {}\n");
        for (var look = 0; look < 5; look++)
        {
            await _reloader.LookAsync();
        }

        Assert.Equal(0, _control.Revision);
        Assert.Equal(2, _run.Error.Lines().Length);
        Assert.EndsWith("host.yaml: has mistakes; nothing was changed", _run.Error.Lines()[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("server: { drain: 1s }\n", "server")]
    [InlineData("server: { drain: 1s }\ndemand: { linger: 1m }\n", "server, demand")]
    public async Task A_file_that_changes_anything_else_changes_nothing(string more, string sections)
    {
        _run.Write("host.yaml", Text.Replace("name: a", "name: b", StringComparison.Ordinal) + more);
        await _reloader.ReloadAsync();

        Assert.Equal(0, _control.Revision);
        Assert.EndsWith($"host.yaml: changes {sections}, which needs a restart; nothing was changed", Assert.Single(_run.Error.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Defaults_may_change()
    {
        _run.Write("host.yaml", Text + "defaults: { dwell: 7s }\n");
        await _reloader.ReloadAsync();

        Assert.Equal(TimeSpan.FromSeconds(7), Assert.Single(_control.Routes).Dwell);
    }

    [Fact]
    public async Task Routes_that_the_provider_refuses_change_nothing_and_have_a_place()
    {
        _control.RouteMistakes = ["Route 'a': it can never match, since route '**' before it takes all its names; move it up or remove it."];
        await _reloader.ReloadAsync();

        Assert.EndsWith(
            "host.yaml:4: secrets[0]: it can never match, since route '**' before it takes all its names; move it up or remove it.",
            _run.Error.Lines()[0],
            StringComparison.Ordinal);
        Assert.Null(_reloaded);
    }

    [Fact]
    public async Task The_loop_looks_every_second_and_ends_when_stopped()
    {
        using var stopping = new CancellationTokenSource();
        var clock = (ManualTimeProvider)_run.Time;
        var loop = _reloader.RunAsync(stopping.Token);
        _run.Write("host.yaml", Text + "# changed\n");

        clock.Advance(TimeSpan.FromSeconds(3));
        await _run.Error.WhenContainsAsync("taken as revision 1");

        await stopping.CancelAsync();
        await loop;
        Assert.Equal(0, clock.ActiveTimers);
    }

    private Task Remember(HostConfiguration configuration)
    {
        _reloaded = configuration;
        return Interlocked.Exchange(ref _defect, null) is { } defect ? Task.FromException(defect) : Task.CompletedTask;
    }
}
