using System.Text.Json.Serialization;

namespace SecretProviders.Load.Comparing;

/// <summary>What the load client reports of one run, in the client's words.</summary>
internal sealed record RunResult
{
    [JsonPropertyName("server_cpu_rounds_s")]
    public required double ServerCpuSeconds { get; init; }

    [JsonPropertyName("server_peak_mib")]
    public required double ServerPeakMebibytes { get; init; }

    [JsonPropertyName("first_snapshot_all_ms")]
    public required double FirstSnapshotMilliseconds { get; init; }

    [JsonPropertyName("p50_ms")]
    public required double MedianMilliseconds { get; init; }

    [JsonPropertyName("p99_ms")]
    public required double TailMilliseconds { get; init; }

    [JsonPropertyName("missing")]
    public required long Missing { get; init; }

    [JsonPropertyName("stream_errors")]
    public required long StreamErrors { get; init; }

    [JsonPropertyName("first_error")]
    public string? FirstError { get; init; }
}
