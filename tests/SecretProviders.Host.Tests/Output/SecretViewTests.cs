using SecretProviders.Host.Output;
using SecretProviders.Testing;

namespace SecretProviders.Host.Tests.Output;

/// <summary>What is shown of a secret, and what only on request.</summary>
public sealed class SecretViewTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly TestCertificateAuthority _authority;

    public SecretViewTests() => _authority = new TestCertificateAuthority(timeProvider: _clock);

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(SecretKind.TlsCertificate, "tlsCertificate")]
    [InlineData(SecretKind.ValidationContext, "validationContext")]
    [InlineData(SecretKind.SessionTicketKeys, "sessionTicketKeys")]
    [InlineData(SecretKind.Generic, "generic")]
    public void A_kind_is_called_as_in_the_configuration(SecretKind kind, string word) =>
        Assert.Equal(word, SecretView.From(new SecretSnapshot("a", SecretStatus.Absent) { Kind = kind }, reveal: false).Kind);

    [Fact]
    public void What_is_not_known_is_null() =>
        Assert.Equal(
            new SecretView("a", null, SecretStatus.Pending, null, null, null, null, null),
            SecretView.From(new SecretSnapshot("a", SecretStatus.Pending), reveal: true));

    [Fact]
    public void A_certificate_is_valid_as_its_leaf_is()
    {
        var issued = _authority.Issue("a", new TestCertificateOptions { Lifetime = TimeSpan.FromHours(2) });

        var view = SecretView.From(Available(issued.Secret), reveal: false);

        Assert.Equal(issued.Secret.Leaf.NotAfter.UtcDateTime, view.NotAfter);
        Assert.Equal(DateTimeKind.Utc, view.NotAfter?.Kind);
    }

    [Fact]
    public void Trust_is_valid_while_all_anchors_are()
    {
        _clock.Advance(TimeSpan.FromDays(7));
        using var later = new TestCertificateAuthority("later", _clock);

        var view = SecretView.From(Available(new ValidationContext { TrustAnchors = [_authority.Certificate, later.Certificate] }), reveal: false);

        Assert.Equal((later.Certificate.NotBefore.UtcDateTime, _authority.Certificate.NotAfter.UtcDateTime), (view.NotBefore, view.NotAfter));
    }

    [Fact]
    public void Trust_without_anchors_has_no_validity() =>
        Assert.Null(SecretView.From(Available(new ValidationContext()), reveal: false).NotAfter);

    [Fact]
    public void Content_is_not_there_unless_asked_for() =>
        Assert.Null(SecretView.From(Available(_authority.Issue().Secret), reveal: false).Material);

    [Fact]
    public void A_certificate_is_revealed_with_its_chain_and_key()
    {
        using var intermediate = _authority.CreateIntermediate();
        var secret = intermediate.Issue().Secret;

        var material = SecretView.From(Available(secret), reveal: true).Material!;

        Assert.Equal(string.Concat(secret.Chain.Select(static certificate => certificate.ToPem())), material.CertificateChain);
        Assert.Equal(((PrivateKeyBytes)secret.PrivateKey).Pkcs8.GetSpan().ToArray(), material.PrivateKey);
    }

    [Fact]
    public void Cleared_content_is_zero()
    {
        var material = SecretMaterial.From(new GenericSecret([KeyValuePair.Create("a", SensitiveBytes.Copy([1, 2]))]))!;
        var key = SecretMaterial.From(_authority.Issue().Secret)!;
        var tickets = SecretMaterial.From(new SessionTicketKeys([SensitiveBytes.Copy(Enumerable.Repeat((byte)7, SessionTicketKeys.KeyLength).ToArray())]))!;

        material.Clear();
        key.Clear();
        tickets.Clear();

        Assert.Equal([0, 0], material.Fields!["a"]);
        Assert.All(key.PrivateKey!, static value => Assert.Equal(0, value));
        Assert.All(tickets.TicketKeys![0], static value => Assert.Equal(0, value));
    }

    [Fact]
    public void The_hosts_own_consumers_are_not_clients()
    {
        var explanation = new SecretExplanation(new SecretSnapshot("a", SecretStatus.Absent), null, "No route.") { Consumers = 3, Applied = 2 };

        var view = ExplanationView.From(explanation, ownConsumers: 1);

        Assert.Equal((2, 1), (view.Consumers, view.Applied));
    }

    private static SecretSnapshot Available(Secret secret) => new("a", SecretStatus.Available) { Secret = secret, Kind = secret.Kind, Version = new SecretVersion("v") };
}
