namespace SecretProviders.Kubernetes.Configuration;

/// <summary>A client certificate, decoded again when its files have changed.</summary>
/// <param name="certificate">The chain, leaf first.</param>
/// <param name="key">Its key.</param>
internal sealed class CertificateCredential(PemSource certificate, PemSource key) : ICredential
{
    private readonly FollowedFiles<Proof> _pair = new(
        files => new Proof { Certificate = Decode(files[0], files[1], certificate.Place) }, certificate.Read, key.Read);

    /// <inheritdoc/>
    public ValueTask<Proof> GetAsync(bool renew, CancellationToken cancellationToken) => ValueTask.FromResult(_pair.Read(insist: renew));

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
