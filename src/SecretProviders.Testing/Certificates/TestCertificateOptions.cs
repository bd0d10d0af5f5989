using System.Collections.Immutable;
using System.Net;

namespace SecretProviders.Testing;

/// <summary>What a test certificate looks like; everything has a working default.</summary>
public sealed record TestCertificateOptions
{
    /// <summary>Gets the DNS names beside the certificate's own name.</summary>
    public ImmutableArray<string> DnsNames { get; init; } = [];

    /// <summary>Gets the URIs, for example a SPIFFE ID.</summary>
    public ImmutableArray<Uri> Uris { get; init; } = [];

    /// <summary>Gets the IP addresses.</summary>
    public ImmutableArray<IPAddress> IpAddresses { get; init; } = [];

    /// <summary>Gets the first instant of validity, or null for a minute before the authority's now.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Gets the last instant of validity, or null for <see cref="Lifetime"/> after the authority's now.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Gets how long the certificate is valid from the authority's now on. The default is one hour.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Gets the key that is made for it. The default is <see cref="TestKeyAlgorithm.EcdsaP256"/>.</summary>
    public TestKeyAlgorithm Algorithm { get; init; }
}
