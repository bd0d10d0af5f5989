using SecretProviders.Vault.Engines.Leases;

namespace SecretProviders.Vault.Tests.Engines.Leases;

public sealed class LeasePathTests
{
    [Theory]
    [InlineData("database/creds/app", true)]
    [InlineData("team/a/database/creds/app", true)]
    [InlineData("aws/sts/deploy", true)]
    [InlineData("database/static-creds/app", true)]
    [InlineData("secret/data/creds/app", false)]
    [InlineData("secret/data/team/creds/app", false)]
    [InlineData("creds/app", false)]
    [InlineData("database/creds", false)]
    [InlineData("database/creds/app/more", false)]
    [InlineData("database/roles/app", false)]
    public void Credentials_are_told_by_the_shape_of_their_path(string key, bool expected) => Assert.Equal(expected, LeasePath.IsDynamic(key));

    [Theory]
    [InlineData("database/creds/app", true)]
    [InlineData("aws/sts/deploy", true)]
    [InlineData("database/static-creds/app", false)]
    public void Static_role_makes_nothing_new(string key, bool expected) => Assert.Equal(expected, LeasePath.Mints(key));
}
