using System.Globalization;
using System.Security.Cryptography;

namespace SecretProviders.Vault.Engines.Pki;

/// <summary>Where the keys for signing come from: made here in memory, or given by the host (a local key, or one of an HSM).</summary>
/// <param name="given">What the host gives, or null.</param>
internal sealed class PkiKeys(Func<SecretReference, CancellationToken, ValueTask<PrivateKey>>? given)
{
    /// <summary>The parameter that says which sort of key: <c>ec</c> or <c>rsa</c>.</summary>
    public const string TypeParameter = "key_type";

    /// <summary>The parameter that says its size.</summary>
    public const string BitsParameter = "key_bits";

    private const int DefaultRsaBits = 2048;

    /// <summary>Gets a key and signs a request with it.</summary>
    /// <param name="reference">A sound reference of a role.</param>
    /// <param name="cancellationToken">Ends the wait for a key that the host gives.</param>
    /// <returns>The key, or what is wrong.</returns>
    /// <exception cref="SecretSourceException">The host gave no key, or it did not sign.</exception>
    public async ValueTask<(PkiKey? Key, SecretProblem? Problem)> GetAsync(SecretReference reference, CancellationToken cancellationToken)
    {
        if (PkiSigningRequest.Read(reference, out var request) is { } badName)
        {
            return (null, badName);
        }

        PrivateKey? key = null;
        if (given is null && TryMake(reference, out key) is { } badKey)
        {
            return (null, badKey);
        }

        key ??= await AskAsync(reference, cancellationToken).ConfigureAwait(false);
        return (new PkiKey(key, await PkiSigner.SignAsync(request!, key, reference, cancellationToken).ConfigureAwait(false)), null);
    }

    /// <summary>Waits for the host's code, which may block or never end, and makes one sort of failure of all of its.</summary>
    /// <param name="what">What the host was asked for.</param>
    /// <param name="ask">Asks it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async ValueTask<T> WaitAsync<T>(string what, Func<ValueTask<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(async () => await ask().ConfigureAwait(false), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new SecretSourceException(SecretErrorCode.Unavailable, $"{what} did not come in time: look at the store of the key.");
        }
        catch (Exception exception) when (exception is not SecretSourceException)
        {
            throw new SecretSourceException(SecretErrorCode.Unavailable, $"{what} failed with {exception.GetType().Name}: look at the store of the key.", exception);
        }
    }

    /// <summary>Makes a key here.</summary>
    /// <param name="reference">Its parameters say which sort of key.</param>
    /// <param name="key">The key.</param>
    /// <returns>What is wrong with the parameters, or null.</returns>
    internal static SecretProblem? TryMake(SecretReference reference, out PrivateKey? key)
    {
        key = (reference.Parameters.GetValueOrDefault(TypeParameter, "ec"), reference.Parameters.GetValueOrDefault(BitsParameter, "0")) switch
        {
            ("ec", "0" or "256") => Export(ECDsa.Create(ECCurve.NamedCurves.nistP256)),
            ("ec", "384") => Export(ECDsa.Create(ECCurve.NamedCurves.nistP384)),
            ("ec", "521") => Export(ECDsa.Create(ECCurve.NamedCurves.nistP521)),
            ("rsa", "0") => Export(RSA.Create(DefaultRsaBits)),
            ("rsa", "2048" or "3072" or "4096") => Export(RSA.Create(int.Parse(reference.Parameters[BitsParameter], CultureInfo.InvariantCulture))),
            _ => null,
        };
        return key is not null
            ? null
            : PkiRequest.Bad(reference, $"a key for signing is {TypeParameter} ec with {BitsParameter} 256, 384 or 521, or rsa with 2048, 3072 or 4096: correct them");
    }

    private async ValueTask<PrivateKey> AskAsync(SecretReference reference, CancellationToken cancellationToken) =>
        await WaitAsync($"The signing key for '{reference.Key}'", () => given!(reference, cancellationToken), cancellationToken).ConfigureAwait(false)
        ?? throw new SecretSourceException(SecretErrorCode.Invalid, $"{nameof(VaultSecretSourceOptions.SigningKey)} gave no key for '{reference.Key}': let it give one, or throw.");

    private static PrivateKeyBytes Export(AsymmetricAlgorithm key)
    {
        using (key)
        {
            var pkcs8 = key.ExportPkcs8PrivateKey();
            try
            {
                return new PrivateKeyBytes(SensitiveBytes.Copy(pkcs8));
            }
            finally
            {
                CryptographicOperations.ZeroMemory(pkcs8);
            }
        }
    }
}
