using System.Security.Cryptography.X509Certificates;
using SecretProviders.Testing;
using SecretProviders.Verification;

namespace SecretProviders.Tests.Verification;

/// <summary>Who is revoked, and which lists must be there.</summary>
public sealed class RevocationTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly TestCertificateAuthority _root;
    private readonly TestCertificateAuthority _intermediate;

    public RevocationTests()
    {
        _root = new TestCertificateAuthority("Root", _time);
        _intermediate = _root.CreateIntermediate("Intermediate");
    }

    public void Dispose()
    {
        _intermediate.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void Listed_certificate_is_refused_and_its_neighbour_is_not()
    {
        var (revoked, sound) = (_root.Issue("revoked"), _root.Issue("sound"));
        var trust = Lists(_root.CreateRevocationList(revoked));

        Assert.Equal("its certificate is revoked", Refuse(trust, revoked));
        Assert.Null(Refuse(trust, sound));
    }

    [Fact]
    public void Every_authority_of_the_chain_needs_a_list()
    {
        var leaf = _intermediate.Issue("leaf");

        Assert.Equal("there is no revocation list of CN=Intermediate", Refuse(Lists(_root.CreateRevocationList()), leaf));
        Assert.Equal("there is no revocation list of CN=Root", Refuse(Lists(_intermediate.CreateRevocationList()), leaf));
        Assert.Null(Refuse(Lists(_root.CreateRevocationList(), _intermediate.CreateRevocationList()), leaf));
    }

    [Fact]
    public void Only_the_list_of_the_leaf_is_needed_where_it_is_said_so()
    {
        var leaf = _intermediate.Issue("leaf");

        Assert.Null(Refuse(Lists(_intermediate.CreateRevocationList()) with { OnlyVerifyLeafRevocation = true }, leaf));
        Assert.Equal("its certificate is revoked", Refuse(Lists(_intermediate.CreateRevocationList(leaf)) with { OnlyVerifyLeafRevocation = true }, leaf));
        Assert.NotNull(Refuse(Lists(_root.CreateRevocationList()) with { OnlyVerifyLeafRevocation = true }, leaf));
    }

    [Fact]
    public void Revoked_authority_takes_its_leaves_along()
    {
        var leaf = _intermediate.Issue("leaf");
        var lists = Lists(_root.CreateRevocationList(_intermediate), _intermediate.CreateRevocationList());

        Assert.Equal("an issuer of its certificate, CN=Intermediate, is revoked", Refuse(lists, leaf));
        Assert.Null(Refuse(lists with { OnlyVerifyLeafRevocation = true }, leaf));
    }

    [Fact]
    public void Anchor_that_is_an_intermediate_is_not_looked_up()
    {
        var trust = new ValidationContext { TrustAnchors = [_intermediate.Certificate], RevocationLists = [_intermediate.CreateRevocationList()] };

        Assert.Null(Refuse(trust, _intermediate.Issue("leaf")));
    }

    [Fact]
    public void List_whose_time_is_over_refuses()
    {
        var leaf = _root.Issue("leaf", new() { Lifetime = TimeSpan.FromDays(30) });
        var trust = Lists(_root.CreateRevocationList());

        _time.Advance(TimeSpan.FromHours(24));
        Assert.Null(Refuse(trust, leaf));
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal("there is no current revocation list of CN=Root", Refuse(trust, leaf));
    }

    [Fact]
    public void List_from_the_future_does_not_count()
    {
        var leaf = _root.Issue("leaf");
        var now = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromMinutes(10));
        var trust = Lists(_root.CreateRevocationList());

        using var loaded = leaf.Secret.Leaf.Load();
        Assert.Equal("there is no current revocation list of CN=Root", new PeerVerifier(trust, PeerRole.Client).Refuse(loaded, [], now));
    }

    [Fact]
    public void Newer_list_counts_beside_one_whose_time_is_over()
    {
        var leaf = _root.Issue("leaf", new() { Lifetime = TimeSpan.FromDays(30) });
        var old = _root.CreateRevocationList();
        _time.Advance(TimeSpan.FromDays(2));

        Assert.Null(Refuse(Lists(old, _root.CreateRevocationList()), leaf));
        Assert.Equal("its certificate is revoked", Refuse(Lists(old, _root.CreateRevocationList(leaf)), leaf));
    }

    [Fact]
    public void List_that_is_out_of_date_revokes_nobody_whom_a_current_one_leaves_out()
    {
        var leaf = _root.Issue("leaf", new TestCertificateOptions { Lifetime = TimeSpan.FromDays(30) });
        var old = _root.CreateRevocationList(leaf);
        _time.Advance(TimeSpan.FromDays(2));

        Assert.Null(Refuse(Lists(old, _root.CreateRevocationList()), leaf));
        Assert.Equal("there is no current revocation list of CN=Root", Refuse(Lists(old), leaf));
    }

    [Fact]
    public void List_that_another_authority_of_the_same_name_signed_does_not_count()
    {
        using var stranger = new TestCertificateAuthority("Root", _time);
        var leaf = _root.Issue("leaf");

        Assert.Equal("there is no revocation list of CN=Root", Refuse(Lists(stranger.CreateRevocationList()), leaf));

        // Nor can a stranger revoke.
        Assert.Null(Refuse(Lists(stranger.CreateRevocationList(leaf), _root.CreateRevocationList()), leaf));
    }

    [Fact]
    public void List_with_a_changed_byte_does_not_count()
    {
        var leaf = _root.Issue("leaf");
        var list = _root.CreateRevocationList(leaf).ToArray();
        var serial = list.AsSpan().IndexOf(leaf.SerialNumber.AsSpan());
        list[serial + 3] ^= 1;

        Assert.Equal("there is no revocation list of CN=Root", Refuse(Lists(list), leaf));
    }

    [Theory]
    [InlineData(TestKeyAlgorithm.EcdsaP256)]
    [InlineData(TestKeyAlgorithm.EcdsaP384)]
    [InlineData(TestKeyAlgorithm.Rsa2048)]
    public void Lists_of_every_sort_of_key_are_verified(TestKeyAlgorithm algorithm)
    {
        using var authority = new TestCertificateAuthority("Other", _time, algorithm);
        var (revoked, sound) = (authority.Issue("revoked"), authority.Issue("sound"));
        var trust = new ValidationContext { TrustAnchors = [authority.Certificate], RevocationLists = [authority.CreateRevocationList(revoked)] };

        Assert.Equal("its certificate is revoked", Refuse(trust, revoked));
        Assert.Null(Refuse(trust, sound));
    }

    [Fact]
    public void Serial_number_of_another_authority_is_another_certificate()
    {
        using var other = new TestCertificateAuthority("Other", _time);
        var leaf = _root.Issue("leaf");
        var trust = new ValidationContext
        {
            TrustAnchors = [_root.Certificate, other.Certificate],
            RevocationLists = [_root.CreateRevocationList(), other.CreateRevocationList(leaf)],
        };

        Assert.Null(Refuse(trust, leaf));
    }

    [Fact]
    public void Long_list_is_read()
    {
        var revoked = Enumerable.Range(0, 300).Select(_ => _root.Issue("many")).ToArray();
        var trust = Lists(_root.CreateRevocationList(revoked));

        Assert.All([revoked[0], revoked[^1]], leaf => Assert.Equal("its certificate is revoked", Refuse(trust, leaf)));
        Assert.Null(Refuse(trust, _root.Issue("sound")));
    }

    [Fact]
    public void List_cut_at_any_byte_is_refused()
    {
        var list = _root.CreateRevocationList(_root.Issue("revoked"));

        for (var length = 0; length < list.Length; length++)
        {
            Assert.Throws<UnusableTrustException>(() => new RevocationList(list[..length]));
        }
    }

    private ValidationContext Lists(params ReadOnlyMemory<byte>[] lists) => _root.Trust with { RevocationLists = [.. lists] };

    private string? Refuse(ValidationContext trust, TestCertificate client)
    {
        using var leaf = client.Secret.Leaf.Load();
        var sent = new X509Certificate2Collection(client.Secret.Chain.Skip(1).Select(static one => one.Load()).ToArray());
        return new PeerVerifier(trust, PeerRole.Client).Refuse(leaf, sent, _time.GetUtcNow());
    }
}
