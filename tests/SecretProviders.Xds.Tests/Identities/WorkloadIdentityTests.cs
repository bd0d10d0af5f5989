using SecretProviders.Testing;
using SecretProviders.Verification;
using SecretProviders.Xds.Identities;

namespace SecretProviders.Xds.Tests.Identities;

public sealed class WorkloadIdentityTests : IDisposable
{
    private readonly TestCertificateAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("example.org", "spiffe://example.org/envoy")]
    [InlineData(null)]
    [InlineData(null, "spiffe://example.org")]
    [InlineData(null, "https://example.org/envoy")]
    [InlineData(null, "spiffe://example.org/envoy", "spiffe://example.org/other")]
    [InlineData(null, "spiffe://example.org/envoy", "https://example.org/")]
    public void Workload_has_exactly_one_URI_and_it_is_a_SPIFFE_ID_with_a_path(string? trustDomain, params string[] uris)
    {
        using var leaf = _authority.Issue("envoy.example", new() { Uris = [.. uris.Select(static uri => new Uri(uri))] }).Secret.Leaf.Load();

        Assert.Equal(trustDomain, WorkloadIdentity.TrustDomainOf(CertificateNames.Of(leaf)));
    }
}
