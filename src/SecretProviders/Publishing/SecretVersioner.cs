using System.Security.Cryptography;

namespace SecretProviders.Publishing;

/// <summary>
/// Content ids of secrets. What is public (certificates, trust) is hashed with SHA-256, so every replica computes the
/// same; ticket keys and generic values with HMAC-SHA-256, since the hash of a short password would give it away.
/// Safe for any number of threads.
/// </summary>
/// <remarks>
/// The canonical form begins with its name and the kind; every part is written with its length and every list with its
/// count, so no two contents share a form. It is part of what replicas agree on: any change needs a new name.
/// </remarks>
internal sealed class SecretVersioner
{
    private const byte KeyByBytes = 0;
    private const byte KeyByHandle = 1;
    private static readonly Func<CanonicalForm> MakePlain = static () => new(IncrementalHash.CreateHash(HashAlgorithmName.SHA256));
    private readonly Func<CanonicalForm> _makeKeyed;
    private CanonicalForm? _plain;
    private CanonicalForm? _keyed;

    /// <summary>Makes a versioner.</summary>
    /// <param name="key">
    /// The key of the HMAC, the same on every replica; null for a random one, with which another process computes other
    /// versions of private values and sends them again.
    /// </param>
    public SecretVersioner(SensitiveBytes? key = null)
    {
        var secretKey = key ?? SensitiveBytes.Create(SHA256.HashSizeInBytes, 0, static (bytes, _) => RandomNumberGenerator.Fill(bytes));
        _makeKeyed = () =>
        {
            var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secretKey.GetSpan());
            GC.KeepAlive(secretKey);
            return new(hash);
        };
    }

    private static ReadOnlySpan<byte> FormName => "secretproviders/1"u8;

    /// <summary>Computes the version of a secret: equal for equal content, different for different content.</summary>
    public SecretVersion Compute(Secret secret) => secret is SessionTicketKeys or GenericSecret
        ? Compute(secret, ref _keyed, _makeKeyed)
        : Compute(secret, ref _plain, MakePlain);

    // Making a hash costs more than running it over a secret. One of each sort waits for the next caller; a second
    // caller at the same time makes its own. One that failed half-way is not given back.
    private static SecretVersion Compute(Secret secret, ref CanonicalForm? spare, Func<CanonicalForm> make)
    {
        var form = Interlocked.Exchange(ref spare, null) ?? make();
        Append(form, secret);
        var version = new SecretVersion(form.End());
        Interlocked.Exchange(ref spare, form)?.Dispose();
        return version;
    }

    private static void Append(CanonicalForm form, Secret secret)
    {
        form.Append(FormName);
        form.Append((byte)secret.Kind);
        switch (secret)
        {
            case TlsCertificate tls:
                Append(form, tls);
                break;
            case ValidationContext trust:
                Append(form, trust);
                break;
            case SessionTicketKeys tickets:
                form.AppendAll(tickets.Keys, static (form, key) => form.Append(key));
                break;
            case GenericSecret generic:
                Append(form, generic);
                break;
        }
    }

    private static void Append(CanonicalForm form, TlsCertificate tls)
    {
        form.AppendAll(tls.Chain, static (form, certificate) => form.Append(certificate.Der.Span));
        form.Append(tls.OcspStaple.Span);

        // The leaf names its key; only which handle signs with it is not in the chain.
        if (tls.PrivateKey is PrivateKeyHandle handle)
        {
            form.Append(KeyByHandle);
            form.Append(handle.KeyUri);
        }
        else
        {
            form.Append(KeyByBytes);
        }
    }

    private static void Append(CanonicalForm form, ValidationContext trust)
    {
        form.AppendAll(trust.TrustAnchors, static (form, anchor) => form.Append(anchor.Der.Span));
        form.AppendAll(trust.TrustDomains, static (form, domain) =>
        {
            form.Append(domain.Key);
            form.AppendAll(domain.Value, static (form, anchor) => form.Append(anchor.Der.Span));
        });
        form.AppendAll(trust.RevocationLists, static (form, list) => form.Append(list.Span));
        form.AppendAll(trust.SubjectAltNames, static (form, matcher) =>
        {
            form.Append((byte)matcher.NameType);
            form.Append((byte)matcher.Match);
            form.Append(matcher.Value);
            form.Append(matcher.IgnoreCase);
        });
        form.AppendAll(trust.CertificateHashes, static (form, digest) => form.Append(digest));
        form.AppendAll(trust.SpkiHashes, static (form, digest) => form.Append(digest));
        form.Append(trust.OnlyVerifyLeafRevocation);
        form.Append(trust.AllowExpiredCertificate);
        form.Append(trust.AcceptUntrusted);
        form.Append(trust.MaxVerifyDepth is not null);
        form.Append(trust.MaxVerifyDepth ?? 0);
    }

    private static void Append(CanonicalForm form, GenericSecret generic)
    {
        form.Append(generic.Value is not null);
        if (generic.Value is { } value)
        {
            form.Append(value);
        }

        form.AppendAll(generic.Fields, static (form, field) =>
        {
            form.Append(field.Key);
            form.Append(field.Value);
        });
    }
}
