using System.Net;

namespace Snippets;

internal static class AspNetCoreTls
{
    public static void Run(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel)
    {
        kestrel.ListenSecretDiscovery(new IPEndPoint(IPAddress.Any, 8234), listen => listen.UseSecretTls("sds_server", "sds_client_ca"));
    }
}
