using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SecretProviders.Kubernetes.Configuration;

/// <summary>A client certificate, loaded again when its files have changed.</summary>
/// <param name="certificate">The chain, leaf first.</param>
/// <param name="key">Its key.</param>
internal sealed class CertificateCredential(PemSource certificate, PemSource key) : ICredential
{
    private readonly Lock _gate = new();
    private (SensitiveBytes Certificate, SensitiveBytes Key, Proof Proof)? _loaded;

    /// <inheritdoc/>
    public ValueTask<Proof> GetAsync(bool renew, CancellationToken cancellationToken)
    {
        var (chain, secret) = (certificate.Read(), key.Read());
        lock (_gate)
        {
            // The one before is left to its finalizer: a handshake may just be using it.
            if (_loaded is not { } loaded || !loaded.Certificate.Equals(chain) || !loaded.Key.Equals(secret))
            {
                loaded = (chain, secret, new Proof { Certificate = Load(chain, secret, certificate.Place) });
                _loaded = loaded;
            }

            return ValueTask.FromResult(loaded.Proof);
        }
    }

    /// <summary>Loads a certificate with its key.</summary>
    /// <exception cref="SecretSourceException">They are not PEM, or do not belong together.</exception>
    public static X509Certificate2 Load(SensitiveBytes chain, SensitiveBytes secret, string place)
    {
        var letters = new char[secret.Length];
        try
        {
            Encoding.UTF8.GetChars(secret.GetSpan(), letters);
            return X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(chain.GetSpan()), letters);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new SecretSourceException(
                SecretErrorCode.Unreachable, $"The client certificate of {place} cannot be used: it or its key is no PEM, or they do not belong together. Write a pair.");
        }
        finally
        {
            Array.Clear(letters);
            GC.KeepAlive(secret);
        }
    }
}
