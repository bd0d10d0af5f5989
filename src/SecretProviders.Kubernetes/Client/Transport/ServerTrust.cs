using SecretProviders.Credentials;
using SecretProviders.Kubernetes.Configuration;
using SecretProviders.Verification;

namespace SecretProviders.Kubernetes.Client.Transport;

/// <summary>The judge of the server by its authorities, made again when they have changed.</summary>
/// <param name="authorities">The authorities.</param>
internal sealed class ServerTrust(PemSource authorities)
{
    private readonly FollowedFiles<PeerVerifier> _verifier = new(
        files => StoreHandshake.Verifier(Decode(files[0], authorities.Place), authorities.Place), authorities.Read);

    /// <summary>Gets the judge of this moment.</summary>
    /// <exception cref="SecretSourceException">The authorities cannot be read, or are none.</exception>
    public PeerVerifier Current() => _verifier.Read();

    private static ValidationContext Decode(SensitiveBytes pem, string place) =>
        SecretDecoder.Decode(SecretFields.Single(pem, place), SecretKind.ValidationContext) switch
        {
            SecretState.Found { Secret: ValidationContext context } => context,
            SecretState.Invalid invalid => throw new SecretSourceException(SecretErrorCode.Unreachable, $"The authorities cannot be used: {invalid.Problem.Message}"),
            _ => throw new InvalidOperationException("The decoder finds a validation context or says why not."),
        };
}
