using SecretProviders.Sds;

namespace SecretProviders.Xds.Tests.SdsSource;

public sealed class PatienceTests
{
    [Fact]
    public void Repetitions_are_read_later_and_later_up_to_a_limit()
    {
        var patience = new Patience();

        var waits = Enumerable.Range(0, 12).Select(_ => patience.Count(isNew: false).TotalMilliseconds);

        Assert.Equal([0, 0, 0, 10, 20, 40, 80, 160, 320, 640, 640, 640], waits);
    }

    [Fact]
    public void News_are_never_late_and_restore_patience()
    {
        var patience = new Patience();
        for (var repetition = 0; repetition < 10; repetition++)
        {
            patience.Count(isNew: false);
        }

        Assert.Equal(TimeSpan.Zero, patience.Count(isNew: true));
        Assert.Equal(TimeSpan.Zero, patience.Count(isNew: false));
    }

    [Fact]
    public void End_of_patience_is_noticed_once()
    {
        var patience = new Patience();

        var ends = Enumerable.Range(0, 10).Count(_ =>
        {
            patience.Count(isNew: false);
            return patience.HasJustEnded;
        });

        Assert.Equal(1, ends);
    }

    [Fact]
    public void Server_that_repeats_for_a_year_overflows_nothing()
    {
        var patience = new Patience();
        for (var repetition = 0; repetition < 5000; repetition++)
        {
            Assert.InRange(patience.Count(isNew: false), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }
    }
}
