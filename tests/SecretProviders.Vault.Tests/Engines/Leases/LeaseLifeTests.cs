using SecretProviders.Vault.Engines.Leases;

namespace SecretProviders.Vault.Tests.Engines.Leases;

public sealed class LeaseLifeTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, LeaseStepName.Keep)]
    [InlineData(29, LeaseStepName.Keep)]
    [InlineData(30, LeaseStepName.Renew)]
    [InlineData(59, LeaseStepName.Renew)]
    [InlineData(60, LeaseStepName.Replace)]
    public void Lease_is_left_alone_in_its_first_half_and_renewed_in_its_second(int minute, LeaseStepName expected) =>
        Assert.Equal(expected, Next(Lease(), minute));

    [Fact]
    public void Lease_that_cannot_be_renewed_is_replaced_before_its_end() =>
        Assert.Equal(LeaseStepName.Replace, Next(Lease() with { Renewable = false }, 40));

    [Fact]
    public void Lease_that_cannot_be_renewed_is_kept_while_it_is_young() =>
        Assert.Equal(LeaseStepName.Keep, Next(Lease() with { Renewable = false }, 10));

    [Theory]
    [InlineData(60, LeaseStepName.Renew)]
    [InlineData(31, LeaseStepName.Renew)]
    [InlineData(29, LeaseStepName.Replace)]
    public void Lease_whose_renewals_become_short_is_replaced(int lastMinutes, LeaseStepName expected) =>
        Assert.Equal(expected, Next(Lease() with { Ttl = TimeSpan.FromMinutes(lastMinutes) }, (int)(lastMinutes * 0.6)));

    [Fact]
    public void Unwanted_lease_is_replaced_at_once()
    {
        var lease = Lease();
        lease.Refuse();

        Assert.Equal(LeaseStepName.Replace, Next(lease, 1));
    }

    [Fact]
    public void Renewed_lease_begins_anew_and_remembers_its_first_length()
    {
        var renewed = LeaseLife.Renewed(Lease(), TimeSpan.FromMinutes(20), renewable: false, Start.AddMinutes(40));

        Assert.Equal(
            (Start.AddMinutes(40), TimeSpan.FromMinutes(20), TimeSpan.FromHours(1), false, Start.AddMinutes(60)),
            (renewed.Since, renewed.Ttl, renewed.FullTtl, renewed.Renewable, renewed.End));
    }

    [Fact]
    public void Lease_that_is_refused_while_it_is_renewed_stays_unwanted()
    {
        var lease = Lease();
        var renewed = LeaseLife.Renewed(lease, TimeSpan.FromHours(1), renewable: true, Start);
        lease.Refuse();

        Assert.True(renewed.IsUnwanted);
    }

    private static LeaseStepName Next(Lease lease, int minute) => (LeaseStepName)LeaseLife.Next(lease, Start.AddMinutes(minute));

    private static Lease Lease() => new("database/creds/app/1", new SecretReference("database/creds/app"))
    {
        Since = Start,
        Ttl = TimeSpan.FromHours(1),
        FullTtl = TimeSpan.FromHours(1),
        Renewable = true,
    };

    /// <summary>The steps, as public tests may name them.</summary>
    public enum LeaseStepName
    {
        Keep = LeaseStep.Keep,
        Renew = LeaseStep.Renew,
        Replace = LeaseStep.Replace,
    }
}
