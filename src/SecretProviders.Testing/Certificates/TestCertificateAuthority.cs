using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Testing;

/// <summary>
/// Issues certificates for tests: in memory, fast, with the clock of the test. Never for anything else: its keys are
/// not guarded. Safe for use by any number of threads.
/// </summary>
public sealed class TestCertificateAuthority : IDisposable
{
    private const int SerialNumberLength = 16;
    private static readonly TimeSpan Backdated = TimeSpan.FromDays(30);
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);
    private readonly TimeProvider _timeProvider;
    private readonly TestKey _key;
    private readonly X500DistinguishedName _subject;
    private readonly X509SubjectKeyIdentifierExtension _keyIdentifier;
    private readonly TestCertificateAuthority? _parent;
    private long _revocationLists;

    /// <summary>Makes a root.</summary>
    /// <param name="name">The common name.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    /// <param name="algorithm">The key of the authority.</param>
    public TestCertificateAuthority(
        string name = "Test CA",
        TimeProvider? timeProvider = null,
        TestKeyAlgorithm algorithm = TestKeyAlgorithm.EcdsaP256)
        : this(name, timeProvider ?? TimeProvider.System, algorithm, parent: null)
    {
    }

    private TestCertificateAuthority(string name, TimeProvider timeProvider, TestKeyAlgorithm algorithm, TestCertificateAuthority? parent)
    {
        _timeProvider = timeProvider;
        _parent = parent;
        _key = TestKey.Create(algorithm);
        _subject = Distinguish(name);
        var request = _key.CreateRequest(_subject);
        _keyIdentifier = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(_keyIdentifier);
        var now = timeProvider.GetUtcNow();
        Certificate = (parent ?? this).Sign(request, now - Backdated, now + Lifetime, NewSerialNumber());
        Trust = parent?.Trust ?? new ValidationContext { TrustAnchors = [Certificate] };
    }

    /// <summary>Gets the authority's own certificate.</summary>
    public EncodedCertificate Certificate { get; }

    /// <summary>Gets trust in the root: this authority, or the one above the intermediate that it is.</summary>
    public ValidationContext Trust { get; }

    /// <summary>Makes an authority below this one; what it issues carries the chain up to, and without, the root.</summary>
    /// <param name="name">The common name.</param>
    /// <param name="algorithm">The key of the authority.</param>
    public TestCertificateAuthority CreateIntermediate(string name = "Test intermediate", TestKeyAlgorithm algorithm = TestKeyAlgorithm.EcdsaP256) =>
        new(name, _timeProvider, algorithm, this);

    /// <summary>Issues a certificate for servers and clients, with a key of its own.</summary>
    /// <param name="name">The common name, and the first DNS name.</param>
    /// <param name="options">What else it holds, or null for the defaults.</param>
    public TestCertificate Issue(string name = "test.example", TestCertificateOptions? options = null)
    {
        options ??= new TestCertificateOptions();
        using var key = TestKey.Create(options.Algorithm);
        var request = key.CreateRequest(Distinguish(name));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(AlternativeNames(name, options));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(_keyIdentifier));
        var now = _timeProvider.GetUtcNow();
        var notAfter = options.NotAfter ?? now + options.Lifetime;
        var notBefore = options.NotBefore ?? (notAfter > now ? now - TimeSpan.FromMinutes(1) : notAfter - options.Lifetime);
        var serialNumber = NewSerialNumber();
        var leaf = Sign(request, notBefore, notAfter, serialNumber);
        return new TestCertificate(new TlsCertificate([leaf, .. Intermediates()], key.Export()), Trust, [.. serialNumber]);
    }

    /// <summary>Issues a certificate that ended an hour ago.</summary>
    /// <param name="name">The common name, and the first DNS name.</param>
    public TestCertificate IssueExpired(string name = "test.example") =>
        Issue(name, new TestCertificateOptions { NotAfter = _timeProvider.GetUtcNow() - TimeSpan.FromHours(1) });

    /// <summary>Makes a revocation list (RFC 5280), DER-encoded, valid for a day; each call counts its number up.</summary>
    /// <param name="revoked">The certificates that it revokes.</param>
    public ReadOnlyMemory<byte> CreateRevocationList(params IEnumerable<TestCertificate> revoked) =>
        CreateRevocationList([.. revoked.Select(static certificate => certificate.SerialNumber.AsMemory())]);

    /// <summary>Makes a revocation list that revokes an authority below this one.</summary>
    /// <param name="revoked">The intermediate.</param>
    public ReadOnlyMemory<byte> CreateRevocationList(TestCertificateAuthority revoked)
    {
        ArgumentNullException.ThrowIfNull(revoked);
        using var loaded = revoked.Certificate.Load();
        return CreateRevocationList([loaded.SerialNumberBytes]);
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private ReadOnlyMemory<byte> CreateRevocationList(ReadOnlyMemory<byte>[] serialNumbers)
    {
        var now = _timeProvider.GetUtcNow();
        var builder = new CertificateRevocationListBuilder();
        foreach (var serialNumber in serialNumbers)
        {
            builder.AddEntry(serialNumber.Span, now, X509RevocationReason.KeyCompromise);
        }

        return builder.Build(
            _subject,
            _key.CreateSigner(),
            Interlocked.Increment(ref _revocationLists),
            now + TimeSpan.FromDays(1),
            HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(_keyIdentifier),
            now);
    }

    private static X500DistinguishedName Distinguish(string name)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(name);
        return builder.Build();
    }

    private static byte[] NewSerialNumber()
    {
        var serialNumber = RandomNumberGenerator.GetBytes(SerialNumberLength);

        // A serial number is a positive integer of minimal length (RFC 5280, section 4.1.2.2).
        serialNumber[0] = (byte)((serialNumber[0] & 0x7f) | 0x40);
        return serialNumber;
    }

    private static X509Extension AlternativeNames(string name, TestCertificateOptions options)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var dnsName in options.DnsNames.Prepend(name).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            names.AddDnsName(dnsName);
        }

        foreach (var uri in options.Uris)
        {
            names.AddUri(uri);
        }

        foreach (var address in options.IpAddresses)
        {
            names.AddIpAddress(address);
        }

        return names.Build();
    }

    private EncodedCertificate Sign(CertificateRequest request, DateTimeOffset notBefore, DateTimeOffset notAfter, byte[] serialNumber)
    {
        using var signed = request.Create(_subject, _key.CreateSigner(), notBefore, notAfter, serialNumber);
        return new EncodedCertificate(signed.RawData);
    }

    private ImmutableArray<EncodedCertificate> Intermediates() => _parent is null ? [] : [Certificate, .. _parent.Intermediates()];
}
