using System.Buffers;
using SecretProviders.Xds.Mapping;

namespace SecretProviders.Xds.Sds;

/// <summary>A <c>DeltaDiscoveryResponse</c> about one name.</summary>
/// <param name="name">The secret's name.</param>
/// <param name="version">The version of the secret; ignored without one.</param>
/// <param name="nonce">The nonce, which this variant demands.</param>
/// <param name="resource">The encoded secret, or null to say that there is none.</param>
internal sealed class DeltaResponse(string name, string version, long nonce, EncodedSecret? resource) : SecretDiscoveryResponse
{
    private const int Resources = 2;
    private const int TypeUrl = 4;
    private const int Nonce = 5;
    private const int RemovedResources = 6;
    private const int ResourceVersion = 1;
    private const int ResourceAny = 2;
    private const int ResourceName = 3;

    private readonly int _resourceLength = resource is null
        ? 0
        : ResponseFields.Length(version) + ResponseFields.Length(resource.Length) + ResponseFields.Length(name);

    public override int Length =>
        (resource is null ? ResponseFields.Length(name) : ResponseFields.Length(_resourceLength))
        + ResponseFields.Length(SecretTypes.SecretUrl)
        + ResponseFields.LengthOfDigits(nonce);

    public override void WriteTo(IBufferWriter<byte> writer)
    {
        if (resource is null)
        {
            ResponseFields.Write(writer, RemovedResources, name);
        }
        else
        {
            ResponseFields.WriteHeader(writer, Resources, _resourceLength);
            ResponseFields.Write(writer, ResourceVersion, version);
            ResponseFields.Write(writer, ResourceAny, resource);
            ResponseFields.Write(writer, ResourceName, name);
        }

        ResponseFields.Write(writer, TypeUrl, SecretTypes.SecretUrl);
        ResponseFields.WriteDigits(writer, Nonce, nonce);
    }
}
