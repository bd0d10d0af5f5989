using System.Net;
using Microsoft.AspNetCore.Http;
using SecretProviders.AspNetCore.Peers;

namespace SecretProviders.AspNetCore.Tests.Peers;

public sealed class PeerNameTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData(null, "an unknown peer")]
    public void One_address_has_one_name_on_every_listener(string? address, string name)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);

        Assert.Equal(name, PeerName.Of(context));
    }
}
