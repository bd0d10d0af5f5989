using System.Buffers.Binary;
using System.Collections.Immutable;
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
    private const byte Absent = 0;
    private const byte Present = 1;
    private const byte KeyByBytes = 0;
    private const byte KeyByHandle = 1;
    private static readonly Func<IncrementalHash> MakePlain = static () => IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Func<IncrementalHash> _makeKeyed;
    private IncrementalHash? _plain;
    private IncrementalHash? _keyed;

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
            return hash;
        };
    }

    private static ReadOnlySpan<byte> FormName => "secretproviders/1"u8;

    /// <summary>Computes the version of a secret: equal for equal content, different for different content.</summary>
    public SecretVersion Compute(Secret secret) => secret is SessionTicketKeys or GenericSecret
        ? Compute(secret, ref _keyed, _makeKeyed)
        : Compute(secret, ref _plain, MakePlain);

    // Making a hash costs more than running it over a secret. One of each sort waits for the next caller; a second
    // caller at the same time makes its own. One that failed half-way is not given back.
    private static SecretVersion Compute(Secret secret, ref IncrementalHash? spare, Func<IncrementalHash> make)
    {
        var hash = Interlocked.Exchange(ref spare, null) ?? make();
        var version = Compute(secret, hash);
        Interlocked.Exchange(ref spare, hash)?.Dispose();
        return version;
    }

    private static SecretVersion Compute(Secret secret, IncrementalHash hash)
    {
        Append(hash, FormName);
        Append(hash, (byte)secret.Kind);
        switch (secret)
        {
            case TlsCertificate tls:
                Append(hash, tls);
                break;
            case ValidationContext trust:
                Append(hash, trust);
                break;
            case SessionTicketKeys tickets:
                AppendAll(hash, tickets.Keys, static (hash, key) => Append(hash, key));
                break;
            case GenericSecret generic:
                Append(hash, generic);
                break;
        }

        return new SecretVersion(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static void Append(IncrementalHash hash, TlsCertificate tls)
    {
        AppendAll(hash, tls.Chain, static (hash, certificate) => Append(hash, certificate.Der.Span));
        Append(hash, tls.OcspStaple.Span);

        // The leaf names its key; only which handle signs with it is not in the chain.
        if (tls.PrivateKey is PrivateKeyHandle handle)
        {
            Append(hash, KeyByHandle);
            Append(hash, handle.KeyUri);
        }
        else
        {
            Append(hash, KeyByBytes);
        }
    }

    private static void Append(IncrementalHash hash, ValidationContext trust)
    {
        AppendAll(hash, trust.TrustAnchors, static (hash, anchor) => Append(hash, anchor.Der.Span));
        AppendAll(hash, [.. trust.TrustDomains], static (hash, domain) =>
        {
            Append(hash, domain.Key);
            AppendAll(hash, domain.Value, static (hash, anchor) => Append(hash, anchor.Der.Span));
        });
        AppendAll(hash, trust.RevocationLists, static (hash, list) => Append(hash, list.Span));
        AppendAll(hash, trust.SubjectAltNames, static (hash, matcher) =>
        {
            Append(hash, (byte)matcher.NameType);
            Append(hash, (byte)matcher.Match);
            Append(hash, matcher.Value);
            Append(hash, matcher.IgnoreCase);
        });
        AppendAll(hash, trust.CertificateHashes, static (hash, digest) => Append(hash, digest));
        AppendAll(hash, trust.SpkiHashes, static (hash, digest) => Append(hash, digest));
        Append(hash, trust.OnlyVerifyLeafRevocation);
        Append(hash, trust.AllowExpiredCertificate);
        Append(hash, trust.AcceptUntrusted);
        Append(hash, trust.MaxVerifyDepth is null ? Absent : Present);
        AppendNumber(hash, trust.MaxVerifyDepth ?? 0);
    }

    private static void Append(IncrementalHash hash, GenericSecret generic)
    {
        Append(hash, generic.Value is null ? Absent : Present);
        if (generic.Value is { } value)
        {
            Append(hash, value);
        }

        AppendAll(hash, [.. generic.Fields], static (hash, field) =>
        {
            Append(hash, field.Key);
            Append(hash, field.Value);
        });
    }

    private static void AppendAll<T>(IncrementalHash hash, ImmutableArray<T> items, Action<IncrementalHash, T> append)
    {
        AppendNumber(hash, items.Length);
        foreach (var item in items)
        {
            append(hash, item);
        }
    }

    private static void Append(IncrementalHash hash, SensitiveBytes bytes)
    {
        Append(hash, bytes.GetSpan());
        GC.KeepAlive(bytes);
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        AppendNumber(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    // As UTF-16 units and not as UTF-8, which makes the same bytes of all broken surrogates.
    private static void Append(IncrementalHash hash, string text)
    {
        var units = new byte[text.Length * sizeof(char)];
        for (var i = 0; i < text.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(units.AsSpan(i * sizeof(char)), text[i]);
        }

        Append(hash, units.AsSpan());
    }

    private static void Append(IncrementalHash hash, bool flag) => Append(hash, flag ? Present : Absent);

    private static void Append(IncrementalHash hash, byte value) => hash.AppendData([value]);

    private static void AppendNumber(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
