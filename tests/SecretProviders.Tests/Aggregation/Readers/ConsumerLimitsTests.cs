using SecretProviders.Aggregation;
using SecretProviders.Aggregation.Readers;
using SecretProviders.Publishing;
using SecretProviders.Testing;

namespace SecretProviders.Tests.Aggregation.Readers;

public sealed class ConsumerLimitsTests
{
    private readonly AggregateCore _core = Cores.Core(new ManualTimeProvider());
    private readonly ConsumerLimits _limits = new(3);
    private readonly Subscription _one;

    public ConsumerLimitsTests() => _one = _core.Subscribe("envoy");

    [Fact]
    public void A_consumer_may_hold_as_many_names_as_the_limit_and_no_more()
    {
        Take(_one, ["a", "b", "c"]);

        var error = Assert.Throws<SecretLimitException>(() => Take(_one, ["d"])).Message;

        Assert.Equal("Consumer 'envoy' would hold 4 names, but may hold 3; raise demand.namesPerConsumer or ask for fewer.", error);
    }

    [Fact]
    public void All_subscriptions_of_a_consumer_count_together()
    {
        Take(_one, ["a", "b"]);
        var two = _core.Subscribe("envoy");

        Take(two, ["c"]);

        Assert.Throws<SecretLimitException>(() => Take(two, ["d"]));
        Take(_core.Subscribe("other"), ["a", "b", "c"]);
    }

    [Fact]
    public void A_refusal_counts_nothing()
    {
        Take(_one, ["a", "b"]);
        Assert.Throws<SecretLimitException>(() => Take(_one, ["c", "d"]));

        Take(_one, ["c"]);
    }

    [Fact]
    public void Names_given_back_make_room_in_the_same_exchange()
    {
        Take(_one, ["a", "b", "c"]);

        Take(_one, ["d", "e"], ["a", "b"]);

        Assert.Throws<SecretLimitException>(() => Take(_one, ["f"]));
    }

    [Fact]
    public void Names_that_are_held_or_named_twice_count_once()
    {
        Take(_one, ["a", "a", "b"]);
        Take(_one, ["a", "b", "c", "c"]);
        Take(_one, ["a"], ["a", "a"]);

        Assert.Throws<SecretLimitException>(() => Take(_one, ["d"]));
    }

    [Fact]
    public void Names_that_were_never_held_give_nothing_back()
    {
        Take(_one, ["a", "b", "c"]);

        Assert.Throws<SecretLimitException>(() => Take(_one, ["d"], ["x", "y"]));
    }

    [Fact]
    public void Giving_back_never_fails_and_frees_all()
    {
        Take(_one, ["a", "b", "c"]);
        Take(_one, [], ["a", "b", "c"]);

        Take(_core.Subscribe("envoy"), ["d", "e", "f"]);
    }

    [Fact]
    public void A_flood_is_refused_before_anything_is_counted()
    {
        _limits.CheckOne(_one, 3);

        Assert.Throws<SecretLimitException>(() => _limits.CheckOne(_one, 4));
    }

    [Fact]
    public void Who_is_not_limited_may_hold_any_number()
    {
        var outer = new Subscription(_core.Readers(), new SecretConsumer("envoy")) { IsLimited = false };

        _limits.CheckOne(outer, 1000);
        Take(outer, ["a", "b", "c", "d"]);

        Take(_one, ["a", "b", "c"]);
    }

    private void Take(Subscription subscription, string[] add, params string[] remove)
    {
        _limits.Exchange(subscription, add, remove);
        foreach (var name in remove)
        {
            subscription.Remove(name);
        }

        foreach (var name in add)
        {
            subscription.Add(new NameEntry(name));
        }
    }
}
