using SecretProviders.Host.Output;

namespace SecretProviders.Host.Tests.Output;

public sealed class EventLineTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 1, TimeSpan.FromHours(2));

    private static readonly SecretView Certificate = new(
        "default", "tlsCertificate", SecretStatus.Available, "3f2a4b5c6d7e8f90", "dev-ca", null, Now.UtcDateTime.AddHours(1), null);

    public static TheoryData<string, int?, string> Lines => new()
    {
        { "available", 2, "12:00:01 default           tlsCertificate     v 3f2a4b5c…  from dev-ca  valid 60m  → 2 clients" },
        { "available", 1, "12:00:01 default           tlsCertificate     v 3f2a4b5c…  from dev-ca  valid 60m  → 1 client" },
        { "available", null, "12:00:01 default           tlsCertificate     v 3f2a4b5c…  from dev-ca  valid 60m" },
        { "stale", null, "12:00:01 default           Stale  tlsCertificate     v 3f2a4b5c…  from dev-ca  expired 60s ago  Expired: It ended." },
        { "short", null, "12:00:01 default           tlsCertificate     v 3f…  from dev-ca  valid 60m" },
        { "absent", 0, "12:00:01 default           Absent  No source knows it.  → 0 clients" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void An_event_is_one_line(string view, int? clients, string expected) =>
        Assert.Equal(expected, EventLine.Format(ViewOf(view), Now, clients));

    [Fact]
    public void A_name_from_the_wire_cannot_break_the_line() =>
        Assert.DoesNotContain('\n', EventLine.Format(Certificate with { Name = "a\nb\e[31m" }, Now));

    private static SecretView ViewOf(string view) => view switch
    {
        "stale" => Certificate with { Status = SecretStatus.Stale, NotAfter = Now.UtcDateTime.AddMinutes(-1), Problem = "Expired: It ended." },
        "short" => Certificate with { Version = "3f" },
        "absent" => new SecretView("default", null, SecretStatus.Absent, null, null, null, null, "Absent: No source knows it."),
        _ => Certificate,
    };
}
