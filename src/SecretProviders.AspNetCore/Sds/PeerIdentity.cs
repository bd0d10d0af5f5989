using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SecretProviders.AspNetCore.Peers;

namespace SecretProviders.AspNetCore.Sds;

/// <summary>Tells who is at the other end of a connection, by what the kernel and TLS vouch for.</summary>
internal static class PeerIdentity
{
    // Beside the connection and not among its items: those are a plain dictionary, and the streams of a connection open
    // at the same time.
    private static readonly ConditionalWeakTable<IConnectionItemsFeature, SecretConsumer> Peers = [];

    /// <summary>Gets the peer of a request; looked up once per connection.</summary>
    public static SecretConsumer Of(HttpContext context) =>
        context.Features.Get<IConnectionItemsFeature>() is { } connection
            ? Peers.GetValue(connection, _ => Read(context))
            : Read(context);

    private static SecretConsumer Read(HttpContext context)
    {
        var credentials = PeerCredentials.Of(context.Features.Get<IConnectionSocketFeature>()?.Socket);
        return new SecretConsumer(context.Connection.Id)
        {
            TlsIdentity = context.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } certificate ? CertificateIdentity.Of(certificate) : null,
            ProcessId = credentials?.ProcessId,
            UserId = credentials?.UserId,
            GroupId = credentials?.GroupId,
        };
    }
}
