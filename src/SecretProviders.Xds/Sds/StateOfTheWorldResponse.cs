using System.Buffers;
using System.Collections.Immutable;
using SecretProviders.Xds.Mapping;

namespace SecretProviders.Xds.Sds;

/// <summary>A <c>DiscoveryResponse</c>.</summary>
/// <param name="version">The version of what it carries.</param>
/// <param name="nonce">The nonce; empty in an answer to a fetch.</param>
/// <param name="resources">The encoded secrets.</param>
internal sealed class StateOfTheWorldResponse(string version, string nonce, ImmutableArray<SensitiveBytes> resources) : SecretDiscoveryResponse
{
    private const int VersionInfo = 1;
    private const int Resources = 2;
    private const int TypeUrl = 4;
    private const int Nonce = 5;

    public override int Length { get; } =
        ResponseFields.Length(version)
        + resources.Sum(static resource => ResponseFields.Length(resource.Length))
        + ResponseFields.Length(SecretTypes.SecretUrl)
        + ResponseFields.Length(nonce);

    public override void WriteTo(IBufferWriter<byte> writer)
    {
        ResponseFields.Write(writer, VersionInfo, version);
        foreach (var resource in resources)
        {
            ResponseFields.Write(writer, Resources, resource);
        }

        ResponseFields.Write(writer, TypeUrl, SecretTypes.SecretUrl);
        ResponseFields.Write(writer, Nonce, nonce);
    }
}
