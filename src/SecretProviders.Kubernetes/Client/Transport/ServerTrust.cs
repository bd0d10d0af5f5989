using SecretProviders.Credentials;
using SecretProviders.Kubernetes.Configuration;
using SecretProviders.Verification;

namespace SecretProviders.Kubernetes.Client.Transport;

/// <summary>The judge of the server by its authorities, made again when they have changed.</summary>
/// <param name="authorities">The authorities.</param>
internal sealed class ServerTrust(PemSource authorities)
{
    private readonly Lock _gate = new();
    private (SensitiveBytes Pem, PeerVerifier Verifier)? _made;

    /// <summary>Gets the judge of this moment.</summary>
    /// <exception cref="SecretSourceException">The authorities cannot be read, or are none.</exception>
    public PeerVerifier Current()
    {
        var pem = authorities.Read();
        lock (_gate)
        {
            if (_made is not { } made || !made.Pem.Equals(pem))
            {
                made = (pem, StoreHandshake.Verifier(Decode(pem), authorities.Place));
                _made = made;
            }

            return made.Verifier;
        }
    }

    private ValidationContext Decode(SensitiveBytes pem) =>
        SecretDecoder.Decode(SecretFields.Single(pem, authorities.Place), SecretKind.ValidationContext) switch
        {
            SecretState.Found { Secret: ValidationContext context } => context,
            SecretState.Invalid invalid => throw new SecretSourceException(SecretErrorCode.Unreachable, $"The authorities cannot be used: {invalid.Problem.Message}"),
            _ => throw new InvalidOperationException("The decoder finds a validation context or says why not."),
        };
}
