using System.Collections.Immutable;

namespace SecretProviders.Tests;

public sealed class SecretReferenceTests
{
    /// <summary>Gets makers of references of which no two are equal.</summary>
    public static Func<SecretReference>[] Makers { get; } =
    [
        static () => new SecretReference("web"),
        static () => new SecretReference("WEB"),
        static () => new SecretReference("web") { Property = "p" },
        static () => new SecretReference("web") { Version = "p" },
        static () => new SecretReference("web") { Kind = SecretKind.Generic },
        static () => new SecretReference("web") { Kind = SecretKind.TlsCertificate },
        static () => With(("a", "1")),
        static () => With(("a", "2")),
        static () => With(("b", "1")),
        static () => With(("a", "1"), ("b", "2")),
        static () => With(("a", "2"), ("b", "1")),
    ];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Makers.Length)];

    [Theory]
    [MemberData(nameof(Indices))]
    public void Equal_references_are_equal_and_hash_alike(int index)
    {
        Assert.Equal(Makers[index](), Makers[index]());
        Assert.Equal(Makers[index]().GetHashCode(), Makers[index]().GetHashCode());
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void Different_references_are_unequal(int index) =>
        Assert.All(Makers.Where((_, other) => other != index), make => Assert.NotEqual(Makers[index](), make()));

    [Fact]
    public void The_order_in_which_parameters_were_given_makes_no_difference() =>
        Assert.Equal(With(("a", "1"), ("b", "2")), With(("b", "2"), ("a", "1")));

    [Theory]
    [InlineData(null, null, "web")]
    [InlineData("tls.crt", null, "web#tls.crt")]
    [InlineData(null, "3", "web@3")]
    [InlineData("tls.crt", "3", "web#tls.crt@3")]
    public void The_description_is_short(string? property, string? version, string expected) =>
        Assert.Equal(expected, new SecretReference("web") { Property = property, Version = version }.ToString());

    private static SecretReference With(params (string Name, string Value)[] parameters) => new("web")
    {
        Parameters = parameters.ToImmutableSortedDictionary(static one => one.Name, static one => one.Value, StringComparer.Ordinal),
    };
}
