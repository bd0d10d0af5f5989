using SecretProviders.Testing;
using Xunit;

namespace SecretProviders.ConformanceTests;

/// <summary>Nothing secret appears in logs, texts of states, exceptions, metric tags or activity tags.</summary>
/// <typeparam name="THarness">The harness of the source under test.</typeparam>
public abstract class SecretSourceHygieneTests<THarness> : SecretSourceSuite<THarness>
    where THarness : SecretSourceHarness, new()
{
    private readonly TelemetryCollector _telemetry = new();

    /// <summary>A secret's private bytes are nowhere to be read after a whole life: found, changed, lost, back, deleted, disposed.</summary>
    /// <param name="kind">The kind.</param>
    [Theory]
    [InlineData(SecretKind.TlsCertificate)]
    [InlineData(SecretKind.SessionTicketKeys)]
    [InlineData(SecretKind.Generic)]
    public virtual async Task Private_bytes_appear_nowhere(SecretKind kind)
    {
        var known = Harness.Kinds.Contains(kind);
        var (reference, secret) = await ArrangeAsync(kind: known ? kind : AnyKind);
        var source = CreateSource();
        var reader = Open(source, reference);
        var found = await FoundAsync(reader, secret);
        found = await ChangedAsync(reader, found, await ChangeAsync(reference));
        foreach (var fault in Enum.GetValues<StoreFault>().Where(Harness.Can))
        {
            await BreakAsync(reference, fault);
            await UntilAsync<SecretState>(reader, static state => state is not SecretState.Found);
            await HealAsync(reference);
            await FoundAsync(reader, Harness.Can(SourceAbility.Write) ? found.Secret : null);
        }

        if (Harness.Can(SourceAbility.Delete))
        {
            await Harness.DeleteAsync(reference);
            await UntilAsync<SecretState.Removed>(reader);
        }

        await source.DisposeAsync();

        var secrets = reader.History.Select(static state => state.LastGood?.Secret).OfType<Secret>().Distinct();
        AssertNowhere(secrets.SelectMany(static found => SampleSecrets.MarkersOf(found)), reader, source);
    }

    /// <summary>What an unsound secret holds is not in the words about it.</summary>
    [Fact]
    public virtual async Task Unsound_bytes_appear_nowhere()
    {
        var (reference, secret) = await ArrangeAsync();
        var source = CreateSource();
        var reader = Open(source, reference);
        var found = await FoundAsync(reader, secret);
        if (Harness.Can(StoreFault.Unsound))
        {
            await BreakAsync(reference, StoreFault.Unsound);
            var invalid = await UntilAsync<SecretState.Invalid>(reader);
            Assert.False(string.IsNullOrWhiteSpace(invalid.Problem.Message), "An unsound secret needs a message that says what is wrong.");
            await HealAsync(reference);
        }

        await ChangedAsync(reader, found, await ChangeAsync(reference));

        AssertNowhere([Harness.Marker], reader, source);
    }

    /// <summary>Every failure says something that people can act on.</summary>
    /// <param name="fault">The fault.</param>
    [Theory]
    [MemberData(nameof(StoreFaults.All), MemberType = typeof(StoreFaults))]
    public virtual async Task Failure_has_words(StoreFault fault)
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        await FoundAsync(reader, secret);
        if (Harness.Can(fault))
        {
            await BreakAsync(reference, fault);
            await UntilAsync<SecretState>(reader, static state => state is not SecretState.Found);
        }

        Assert.All(reader.History, static state => Assert.False(string.IsNullOrWhiteSpace(WordsOf(state)), $"No words: {state}"));
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _telemetry.Dispose();
        GC.SuppressFinalize(this);
    }

    private static string WordsOf(SecretState state) => state switch
    {
        SecretState.Unavailable unavailable => unavailable.Error,
        SecretState.Denied denied => denied.Remedy,
        SecretState.Invalid invalid => invalid.Problem.Message,
        _ => state.ToString(),
    };

    private void AssertNowhere(IEnumerable<string> markers, SecretStateReader reader, ISecretSource source)
    {
        string[] texts = [.. reader.History.Select(static state => state.ToString()), source.ToString() ?? string.Empty];
        foreach (var marker in markers.Where(static marker => marker.Length > 0))
        {
            // The message must not hold the marker itself: it is printed.
            Assert.False(texts.Any(text => text.Contains(marker, StringComparison.Ordinal)), "Secret bytes appear in the text of a state or of the source.");
            Assert.False(Harness.Logs.Contains(marker), "Secret bytes appear in a log line.");
            Assert.False(_telemetry.Contains(marker), "Secret bytes appear in a tag of a metric or an activity.");
        }
    }
}
