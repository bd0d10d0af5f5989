using System.Collections.Concurrent;
using SecretProviders.Testing;

namespace SecretProviders.Benchmarks;

/// <summary>When certificates were seen.</summary>
internal sealed class Arrivals
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<long>> _seen = new();

    /// <summary>Gets the timestamp at which a certificate is, or was, seen.</summary>
    public Task<long> WhenSeen(TestCertificate certificate) => Of(Convert.ToBase64String(certificate.CertificatePem)).Task;

    /// <summary>Notes that a certificate was seen now.</summary>
    /// <param name="base64">Its PEM, in base64.</param>
    public void See(string base64) => Of(base64).TrySetResult(TimeProvider.System.GetTimestamp());

    private TaskCompletionSource<long> Of(string base64) =>
        _seen.GetOrAdd(base64, static _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
}
