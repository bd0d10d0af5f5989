using System.Buffers;
using System.Collections.Immutable;
using SecretProviders.Xds.Mapping;

namespace SecretProviders.Xds.Sds;

/// <summary>A <c>DiscoveryResponse</c>.</summary>
/// <param name="version">The version of what it carries.</param>
/// <param name="nonce">The nonce; 0 in an answer to a fetch, which has none.</param>
/// <param name="resources">The encoded secrets.</param>
internal sealed class StateOfTheWorldResponse(string version, long nonce, ImmutableArray<EncodedSecret> resources) : SecretDiscoveryResponse
{
    private const int VersionInfo = 1;
    private const int Resources = 2;
    private const int TypeUrl = 4;
    private const int Nonce = 5;

    public override int Length { get; } = Measure(version, nonce, resources);

    public override void WriteTo(IBufferWriter<byte> writer)
    {
        ResponseFields.Write(writer, VersionInfo, version);
        foreach (var resource in resources)
        {
            ResponseFields.Write(writer, Resources, resource);
        }

        ResponseFields.Write(writer, TypeUrl, SecretTypes.SecretUrl);
        if (nonce != 0)
        {
            ResponseFields.WriteDigits(writer, Nonce, nonce);
        }
    }

    private static int Measure(string version, long nonce, ImmutableArray<EncodedSecret> resources)
    {
        var length = ResponseFields.Length(version) + ResponseFields.Length(SecretTypes.SecretUrl) + (nonce == 0 ? 0 : ResponseFields.LengthOfDigits(nonce));
        foreach (var resource in resources)
        {
            length += ResponseFields.Length(resource.Length);
        }

        return length;
    }
}
