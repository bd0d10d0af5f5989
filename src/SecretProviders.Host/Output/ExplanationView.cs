using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace SecretProviders.Host.Output;

/// <summary>A name with the reasons for its state: what is printed of any name, and more.</summary>
internal sealed record ExplanationView(
    string Name,
    string? Kind,
    SecretStatus Status,
    string? Version,
    string? Origin,
    DateTime? NotBefore,
    DateTime? NotAfter,
    string? Problem) : SecretView(Name, Kind, Status, Version, Origin, NotBefore, NotAfter, Problem)
{
    /// <summary>Gets the pattern of the route that takes the name, or null.</summary>
    [JsonPropertyOrder(1)]
    public string? Route { get; init; }

    /// <summary>Gets why the outcome is what it is.</summary>
    [JsonPropertyOrder(1)]
    public string Reason { get; init; } = string.Empty;

    /// <summary>Gets what each source says, in order of priority.</summary>
    [JsonPropertyOrder(1)]
    public ImmutableArray<SourceView> Sources { get; init; } = [];

    /// <summary>Gets how many consumers hold the name.</summary>
    [JsonPropertyOrder(1)]
    public int Consumers { get; init; }

    /// <summary>Gets how many of them were sent the published version.</summary>
    [JsonPropertyOrder(1)]
    public int Sent { get; init; }

    /// <summary>Gets how many of them use the published version.</summary>
    [JsonPropertyOrder(1)]
    public int Applied { get; init; }

    /// <summary>Gets how many of them refused it and keep what they had.</summary>
    [JsonPropertyOrder(1)]
    public int Rejected { get; init; }

    /// <summary>Gets how many of them said nothing of it yet.</summary>
    [JsonPropertyOrder(1)]
    public int Lagging => Math.Max(0, Consumers - Applied - Rejected);

    /// <summary>Gets who refused the published version, and why.</summary>
    [JsonPropertyOrder(1)]
    public ImmutableArray<string> Rejections { get; init; } = [];

    /// <summary>Gets when the outcome may change by time alone, or null.</summary>
    [JsonPropertyOrder(1)]
    public DateTime? NextChange { get; init; }

    /// <summary>Describes an explanation.</summary>
    /// <param name="explanation">The explanation.</param>
    /// <param name="ownConsumers">How many of the consumers are the host itself, which uses every version at once and is nobody's client.</param>
    public static ExplanationView From(SecretExplanation explanation, int ownConsumers)
    {
        var secret = From(explanation.Snapshot, reveal: false);
        return new ExplanationView(secret.Name, secret.Kind, secret.Status, secret.Version, secret.Origin, secret.NotBefore, secret.NotAfter, secret.Problem)
        {
            Route = explanation.Route,
            Reason = explanation.Reason,
            Sources = [.. explanation.Sources.Select(SourceView.From)],
            Consumers = Math.Max(0, explanation.Consumers - ownConsumers),
            Sent = Math.Max(0, explanation.Sent - ownConsumers),
            Applied = Math.Max(0, explanation.Applied - ownConsumers),
            Rejected = explanation.Rejected,
            Rejections = explanation.Rejections,
            NextChange = explanation.NextChange?.UtcDateTime,
        };
    }
}
