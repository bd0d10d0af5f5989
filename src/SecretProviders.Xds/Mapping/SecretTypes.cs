using System.Text;

namespace SecretProviders.Xds.Mapping;

/// <summary>Type URLs and extension names; gRPC paths and <c>Any</c> resources are built from these very texts.</summary>
internal static class SecretTypes
{
    private const string Prefix = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.";

    public const string SecretUrl = Prefix + "Secret";

    /// <summary><see cref="SecretUrl"/> as UTF-8.</summary>
    public static readonly byte[] SecretUrlBytes = Encoding.UTF8.GetBytes(SecretUrl);

    public const string SpiffeValidatorUrl = Prefix + "SPIFFECertValidatorConfig";

    public const string SpiffeValidatorName = "envoy.tls.cert_validator.spiffe";
}
