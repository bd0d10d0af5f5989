namespace SecretProviders.Kubernetes.Configuration;

/// <summary>A client certificate, decoded again when its files have changed.</summary>
/// <param name="certificate">The chain, leaf first.</param>
/// <param name="key">Its key.</param>
internal sealed class CertificateCredential(PemSource certificate, PemSource key) : ICredential
{
    private readonly Lock _gate = new();
    private (SensitiveBytes Certificate, SensitiveBytes Key, Proof Proof)? _decoded;

    /// <inheritdoc/>
    public ValueTask<Proof> GetAsync(bool renew, CancellationToken cancellationToken)
    {
        var (chain, secret) = (certificate.Read(), key.Read());
        lock (_gate)
        {
            if (_decoded is not { } decoded || !decoded.Certificate.Equals(chain) || !decoded.Key.Equals(secret))
            {
                decoded = (chain, secret, new Proof { Certificate = Decode(chain, secret, certificate.Place) });
                _decoded = decoded;
            }

            return ValueTask.FromResult(decoded.Proof);
        }
    }

    /// <summary>Decodes a chain with its key.</summary>
    /// <exception cref="SecretSourceException">They are not PEM, or do not belong together.</exception>
    public static TlsCertificate Decode(SensitiveBytes chain, SensitiveBytes secret, string place)
    {
        var fields = new SecretFields([KeyValuePair.Create("tls.crt", chain), KeyValuePair.Create("tls.key", secret)], place);
        return SecretDecoder.Decode(fields, SecretKind.TlsCertificate) switch
        {
            SecretState.Found { Secret: TlsCertificate found } => found,
            SecretState.Invalid invalid => throw new SecretSourceException(SecretErrorCode.Unreachable, $"The client certificate cannot be used: {invalid.Problem.Message}"),
            _ => throw new InvalidOperationException("The decoder finds a TLS certificate or says why not."),
        };
    }
}
