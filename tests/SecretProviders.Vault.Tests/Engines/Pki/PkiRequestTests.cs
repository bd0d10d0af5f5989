using System.Text;
using SecretProviders.Vault.Engines.Pki;

namespace SecretProviders.Vault.Tests.Engines.Pki;

public sealed class PkiRequestTests
{
    [Fact]
    public void Every_parameter_is_sent_as_it_is() =>
        Assert.Equal(
            """{"alt_names":"b.example","common_name":"a.example","ip_sans":"127.0.0.1","ttl":"1h","uri_sans":"spiffe://example/a"}""",
            Body(Reference("pki/issue/web", ("common_name", "a.example"), ("alt_names", "b.example"), ("ip_sans", "127.0.0.1"), ("uri_sans", "spiffe://example/a"), ("ttl", "1h")), csr: null));

    [Fact]
    public void Request_for_a_key_of_ours_goes_along_and_the_sort_of_that_key_does_not() =>
        Assert.Equal(
            """{"common_name":"a.example","csr":"PEM"}""",
            Body(Reference("pki/sign/web", ("common_name", "a.example"), ("key_type", "rsa"), ("key_bits", "2048")), "PEM"));

    [Fact]
    public void Sort_of_a_key_that_Vault_makes_is_sent() =>
        Assert.Contains("\"key_type\":\"rsa\"", Body(Reference("pki/issue/web", ("common_name", "a.example"), ("key_type", "rsa")), csr: null), StringComparison.Ordinal);

    [Fact]
    public void Sound_reference_has_no_problem() => Assert.Null(PkiRequest.Check(Reference("pki/issue/web", ("common_name", "a.example"))));

    [Theory]
    [InlineData("common_name")]
    [InlineData("alt_names")]
    [InlineData("uri_sans")]
    [InlineData("ip_sans")]
    [InlineData("other_sans")]
    public void One_name_is_enough(string parameter) => Assert.Null(PkiRequest.Check(Reference("pki/issue/web", (parameter, "value"))));

    [Fact]
    public void Parameters_without_a_name_are_refused() =>
        AssertRefused(Reference("pki/issue/web", ("ttl", "1h")), "common_name");

    [Theory]
    [InlineData("csr")]
    [InlineData("format")]
    [InlineData("private_key_format")]
    public void Parameters_that_would_change_the_answer_are_refused(string parameter) =>
        AssertRefused(Reference("pki/issue/web", ("common_name", "a.example"), (parameter, "der")), parameter);

    [Theory]
    [InlineData("")]
    [InlineData("1h\n")]
    [InlineData("1\u0000h")]
    public void Parameter_without_a_sound_value_is_refused(string value) =>
        AssertRefused(Reference("pki/issue/web", ("common_name", "a.example"), ("ttl", value)), "ttl");

    [Fact]
    public void Part_of_a_certificate_is_refused() =>
        AssertRefused(Reference("pki/issue/web", ("common_name", "a.example")) with { Property = "certificate" }, "property");

    [Fact]
    public void Version_of_a_certificate_is_refused() =>
        AssertRefused(Reference("pki/issue/web", ("common_name", "a.example")) with { Version = "1" }, "version");

    [Theory]
    [InlineData(SecretKind.ValidationContext)]
    [InlineData(SecretKind.Generic)]
    [InlineData(SecretKind.SessionTicketKeys)]
    public void Other_kinds_are_refused(SecretKind kind) =>
        Assert.Equal(SecretProblemCode.WrongKind, PkiRequest.Check(Reference("pki/issue/web", ("common_name", "a.example")) with { Kind = kind })?.Code);

    private static void AssertRefused(SecretReference reference, string word)
    {
        var problem = PkiRequest.Check(reference);

        Assert.Equal(SecretProblemCode.BadName, problem?.Code);
        Assert.Contains(word, problem!.Message, StringComparison.Ordinal);
        Assert.Contains(reference.Key, problem.Message, StringComparison.Ordinal);
    }

    private static string Body(SecretReference reference, string? csr) => Encoding.UTF8.GetString(PkiRequest.Body(reference, csr).GetSpan());

    private static SecretReference Reference(string key, params (string Name, string Value)[] parameters)
    {
        var reference = new SecretReference(key);
        return reference with { Parameters = reference.Parameters.AddRange(parameters.Select(static one => KeyValuePair.Create(one.Name, one.Value))) };
    }
}
