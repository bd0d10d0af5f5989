namespace SecretProviders.Tests;

public sealed class SecretTests
{
    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Samples.Makers.Length)];

    [Theory]
    [MemberData(nameof(Indices))]
    public void Equal_content_is_equal_and_hashes_alike(int index)
    {
        var (first, second) = (Samples.Makers[index](), Samples.Makers[index]());

        Assert.NotSame(first, second);
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void Different_content_is_unequal(int index)
    {
        var secret = Samples.Makers[index]();

        Assert.All(Samples.Makers.Where((_, other) => other != index), make => Assert.NotEqual(secret, make()));
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void The_description_shows_the_kind_and_no_content(int index)
    {
        var secret = Samples.Makers[index]();

        Assert.StartsWith(secret.GetType().Name + " (", secret.ToString(), StringComparison.Ordinal);
        Redaction.AssertHidden(secret.ToString());
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void The_kind_is_the_types(int index)
    {
        var secret = Samples.Makers[index]();

        Assert.Equal(
            secret switch
            {
                TlsCertificate => SecretKind.TlsCertificate,
                ValidationContext => SecretKind.ValidationContext,
                SessionTicketKeys => SecretKind.SessionTicketKeys,
                _ => SecretKind.Generic,
            },
            secret.Kind);
    }

    [Fact]
    public void A_tls_certificate_needs_its_leaf() =>
        Assert.Throws<ArgumentException>(() => new TlsCertificate([], Samples.Key("key")));

    [Fact]
    public void The_leaf_is_the_first_of_the_chain() =>
        Assert.Same(Samples.Leaf, new TlsCertificate([Samples.Leaf, Samples.Root], Samples.Key("key")).Leaf);

    [Theory]
    [InlineData(79)]
    [InlineData(81)]
    [InlineData(0)]
    public void A_ticket_key_of_another_length_is_refused(int length) =>
        Assert.Throws<ArgumentException>(() => new SessionTicketKeys([SensitiveBytes.Copy(new byte[length])]));

    [Fact]
    public void Ticket_keys_need_one() => Assert.Throws<ArgumentException>(() => new SessionTicketKeys([]));

    [Fact]
    public void A_generic_secret_needs_a_value_or_a_field() => Assert.Throws<ArgumentException>(() => new GenericSecret([]));

    [Fact]
    public void Fields_are_in_ordinal_order()
    {
        var generic = new GenericSecret([KeyValuePair.Create("b", Samples.Bytes("1")), KeyValuePair.Create("B", Samples.Bytes("2")), KeyValuePair.Create("a", Samples.Bytes("3"))]);

        Assert.Equal(["B", "a", "b"], generic.Fields.Keys);
    }

    [Fact]
    public void All_anchors_are_those_of_every_domain_and_none_once()
    {
        var trust = new ValidationContext
        {
            TrustAnchors = [Samples.Root],
            TrustDomains = new ValidationContext().TrustDomains.Add("a.test", [Samples.Root, Samples.Leaf]).Add("b.test", [Samples.Leaf]),
        };

        Assert.Equal([Samples.Root, Samples.Leaf], trust.AllAnchors);
    }

    [Theory]
    [InlineData(SubjectAltNameType.Email, 1)]
    [InlineData(SubjectAltNameType.Dns, 2)]
    [InlineData(SubjectAltNameType.Uri, 3)]
    [InlineData(SubjectAltNameType.IpAddress, 4)]
    public void Sorts_of_names_are_numbered_as_envoys(SubjectAltNameType type, int number) => Assert.Equal(number, (int)type);
}
