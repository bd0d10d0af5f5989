using SecretProviders.Vault.Engines.Pki;

namespace SecretProviders.Vault.Tests.Engines.Pki;

public sealed class PkiPathTests
{
    [Theory]
    [InlineData("pki/issue/web", true)]
    [InlineData("pki/sign/web", true)]
    [InlineData("team/pki/issue/web", true)]
    [InlineData("pki/issuer/default/issue/web", true)]
    [InlineData("pki/issuer/default/sign/web", true)]
    [InlineData("issue/web", false)]
    [InlineData("pki/issue", false)]
    [InlineData("pki/issue/web/more", false)]
    [InlineData("pki/cert/ca", false)]
    [InlineData("secret/data/web", false)]
    public void Roles_are_told_by_the_shape_of_their_path(string key, bool expected) => Assert.Equal(expected, PkiPath.IsRole(key));

    [Theory]
    [InlineData("pki/issue/web", false)]
    [InlineData("pki/sign/web", true)]
    [InlineData("pki/issuer/default/sign/web", true)]
    [InlineData("sign/issue/sign", false)]
    public void Signing_is_told_from_issuing(string key, bool expected) => Assert.Equal(expected, PkiPath.IsSign(key));

    [Theory]
    [InlineData("pki/issue/web", "pki")]
    [InlineData("team/a/pki/sign/web", "team/a/pki")]
    [InlineData("pki/issuer/default/issue/web", "pki")]
    [InlineData("issuer/a/b/issue/web", "issuer/a/b")]
    [InlineData("issuer/pki/issue/web", "issuer/pki")]
    public void Mount_is_what_stands_before_the_role(string key, string expected) => Assert.Equal(expected, PkiPath.MountOf(key));

    [Theory]
    [InlineData("pki/cert/ca", "pki/cert/ca")]
    [InlineData("pki/cert/ca_chain", "pki/cert/ca_chain")]
    [InlineData("pki/ca_chain", "pki/cert/ca_chain")]
    [InlineData("pki/cert/crl", "pki/cert/crl")]
    [InlineData("pki/issuer/default", "pki/issuer/default")]
    [InlineData("pki/issuer/default/json", "pki/issuer/default/json")]
    [InlineData("team/pki/ca_chain", "team/pki/cert/ca_chain")]
    [InlineData("cert/ca", null)]
    [InlineData("pki/cert/01:02", null)]
    [InlineData("pki/issue/web", null)]
    [InlineData("secret/web", null)]
    public void Trust_is_asked_for_in_Vaults_own_words(string key, string? expected) => Assert.Equal(expected, PkiPath.TrustOf(key));
}
