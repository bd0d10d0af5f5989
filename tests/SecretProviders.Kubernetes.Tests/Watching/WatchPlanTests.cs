using SecretProviders.Kubernetes.Watching;

namespace SecretProviders.Kubernetes.Tests.Watching;

/// <summary>The behaviour of a watch as a table: where it is, how that ended, what it does next.</summary>
public sealed class WatchPlanTests
{
    private static readonly WatchOutcome[] AllOutcomes = Enum.GetValues<WatchOutcome>();

    [Theory]
    [InlineData(true, WatchStep.Stream)]
    [InlineData(false, WatchStep.List)]
    public void It_starts_by_reading_everything(bool streams, object step) => Assert.Equal(step, WatchPlan.Start(streams).Step);

    [Theory]
    [InlineData(WatchStep.Stream, WatchOutcome.Ended, WatchStep.Watch)]
    [InlineData(WatchStep.Stream, WatchOutcome.NotStreamed, WatchStep.List)]
    [InlineData(WatchStep.Stream, WatchOutcome.Unreachable, WatchStep.Stream)]
    [InlineData(WatchStep.Stream, WatchOutcome.Refused, WatchStep.Stream)]
    [InlineData(WatchStep.Stream, WatchOutcome.Cut, WatchStep.Watch)]
    [InlineData(WatchStep.Stream, WatchOutcome.Gone, WatchStep.Stream)]
    [InlineData(WatchStep.Stream, WatchOutcome.NotServed, WatchStep.Stream)]
    [InlineData(WatchStep.List, WatchOutcome.Listed, WatchStep.Watch)]
    [InlineData(WatchStep.List, WatchOutcome.Gone, WatchStep.ListWhole)]
    [InlineData(WatchStep.List, WatchOutcome.Unreachable, WatchStep.List)]
    [InlineData(WatchStep.ListWhole, WatchOutcome.Listed, WatchStep.Watch)]
    [InlineData(WatchStep.ListWhole, WatchOutcome.Gone, WatchStep.List)]
    [InlineData(WatchStep.ListWhole, WatchOutcome.Unreachable, WatchStep.List)]
    [InlineData(WatchStep.Watch, WatchOutcome.Ended, WatchStep.Watch)]
    [InlineData(WatchStep.Watch, WatchOutcome.Cut, WatchStep.Watch)]
    [InlineData(WatchStep.Watch, WatchOutcome.Unreachable, WatchStep.Watch)]
    [InlineData(WatchStep.Watch, WatchOutcome.Refused, WatchStep.Watch)]
    [InlineData(WatchStep.Watch, WatchOutcome.Gone, WatchStep.List)]
    public void Each_outcome_has_its_next_step(object step, object outcome, object next)
    {
        var streams = (WatchStep)step == WatchStep.Stream;

        Assert.Equal(next, new WatchPlan((WatchStep)step, streams).After((WatchOutcome)outcome, progressed: true).Step);
    }

    [Fact]
    public void What_the_server_does_not_stream_is_never_streamed_again()
    {
        var plan = WatchPlan.Start(streams: true).After(WatchOutcome.NotStreamed, false).After(WatchOutcome.Listed, false);

        Assert.Equal(WatchStep.List, plan.After(WatchOutcome.Gone, true).Step);
    }

    [Fact]
    public void A_watch_that_breaks_once_goes_on_at_once_and_silently()
    {
        var plan = new WatchPlan(WatchStep.Watch, true).After(WatchOutcome.Cut, progressed: true);

        Assert.Equal((false, false), (plan.Waits, plan.IsLost));
    }

    [Fact]
    public void A_watch_that_the_server_closes_goes_on_at_once() => Assert.False(new WatchPlan(WatchStep.Watch, true).After(WatchOutcome.Ended, true).Waits);

    [Fact]
    public void A_version_that_is_gone_is_listed_anew_at_once_and_silently()
    {
        var plan = new WatchPlan(WatchStep.Watch, true).After(WatchOutcome.Gone, true);

        Assert.Equal((false, false), (plan.Waits, plan.IsLost));
    }

    [Theory]
    [InlineData(WatchOutcome.Unreachable)]
    [InlineData(WatchOutcome.Refused)]
    [InlineData(WatchOutcome.NotServed)]
    public void A_failure_waits(object outcome) => Assert.True(WatchPlan.Start(true).After((WatchOutcome)outcome, false).Waits);

    [Fact]
    public void A_server_that_refuses_to_go_on_is_asked_for_everything()
    {
        var plan = new WatchPlan(WatchStep.Watch, true);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(WatchStep.Watch, plan.Step);
            plan = plan.After(WatchOutcome.Refused, false);
        }

        Assert.Equal(WatchStep.Stream, plan.Step);
    }

    [Fact]
    public void A_server_that_cannot_be_reached_is_never_asked_for_everything()
    {
        var plan = new WatchPlan(WatchStep.Watch, true);
        for (var i = 0; i < 100; i++)
        {
            plan = plan.After(WatchOutcome.Unreachable, false);
        }

        Assert.Equal((WatchStep.Watch, 100), (plan.Step, plan.Failures));
    }

    [Fact]
    public void Progress_ends_the_count_of_failures()
    {
        var plan = new WatchPlan(WatchStep.Watch, true, Failures: 9, Refusals: 2, IsLost: true).After(WatchOutcome.Ended, progressed: true);

        Assert.Equal(new WatchPlan(WatchStep.Watch, true), plan);
    }

    // Whatever comes, two steps without progress are never taken without a wait between them, except the first retry
    // and steps that lead from a list to its watch.
    [Fact]
    public void No_sequence_of_outcomes_is_a_busy_loop()
    {
        var random = new Random(7);
        for (var run = 0; run < 2000; run++)
        {
            var plan = WatchPlan.Start(run % 2 == 0);
            var eager = 0;
            for (var step = 0; step < 50; step++)
            {
                plan = plan.After(Possible(plan.Step, random), progressed: false);
                eager = plan.Waits ? 0 : eager + 1;
                Assert.True(eager <= 5, $"{eager} steps without a wait, now {plan}");
            }
        }
    }

    // A list is only followed by a watch when it is complete, and a watch only by lists when its version is lost.
    [Fact]
    public void A_watch_begins_only_where_everything_was_seen()
    {
        foreach (var step in Enum.GetValues<WatchStep>())
        {
            foreach (var outcome in AllOutcomes)
            {
                var next = new WatchPlan(step, true).After(outcome, false);
                var complete = step == WatchStep.Watch || outcome is WatchOutcome.Listed or WatchOutcome.Ended or WatchOutcome.Cut;
                Assert.True(next.Step != WatchStep.Watch || complete, $"{step} ended {outcome}, then {next.Step}");
            }
        }
    }

    private static WatchOutcome Possible(WatchStep step, Random random)
    {
        WatchOutcome[] possible = step switch
        {
            WatchStep.Stream => [WatchOutcome.Ended, WatchOutcome.Cut, WatchOutcome.Unreachable, WatchOutcome.Refused, WatchOutcome.NotStreamed, WatchOutcome.Gone, WatchOutcome.NotServed],
            WatchStep.Watch => [WatchOutcome.Ended, WatchOutcome.Cut, WatchOutcome.Unreachable, WatchOutcome.Refused, WatchOutcome.Gone],
            _ => [WatchOutcome.Listed, WatchOutcome.Unreachable, WatchOutcome.Refused, WatchOutcome.Gone],
        };
        return possible[random.Next(possible.Length)];
    }
}
