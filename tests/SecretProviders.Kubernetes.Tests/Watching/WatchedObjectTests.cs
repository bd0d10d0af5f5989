using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Material;
using SecretProviders.Kubernetes.Watching;

namespace SecretProviders.Kubernetes.Tests.Watching;

public sealed class WatchedObjectTests
{
    private static readonly SecretState Outage = new SecretState.Unavailable("down");
    private readonly WatchedObject _watched = new(new ObjectKey(ApiResource.Secrets, "edge", "web"));

    [Fact]
    public void Nothing_is_known_at_first() => Assert.False(_watched.View.IsKnown);

    [Fact]
    public void Newer_version_replaces_older()
    {
        Learn("5");
        Learn("10");

        Assert.Equal("10", _watched.View.Single!.Metadata.ResourceVersion);
    }

    [Fact]
    public void Older_version_of_the_same_epoch_is_late_news()
    {
        Learn("10");
        Learn("9");

        Assert.Equal("10", _watched.View.Single!.Metadata.ResourceVersion);
    }

    [Fact]
    public void Late_deletion_does_not_remove_what_was_made_anew()
    {
        Learn("10");
        _watched.Learn([], "9", 1);

        Assert.NotNull(_watched.View.Single);
    }

    [Fact]
    public void Late_creation_does_not_bring_back_what_is_gone()
    {
        _watched.Learn([], "10", 1);
        Learn("9");

        Assert.Null(_watched.View.Single);
    }

    [Fact]
    public void Lower_version_of_a_later_list_is_a_restored_store()
    {
        Learn("1000", epoch: 1);
        Learn("7", epoch: 2);

        Assert.Equal("7", _watched.View.Single!.Metadata.ResourceVersion);
    }

    [Fact]
    public void Answer_to_a_question_from_before_the_list_is_dropped()
    {
        Learn("7", epoch: 2);
        Learn("1000", epoch: 1);

        Assert.Equal("7", _watched.View.Single!.Metadata.ResourceVersion);
    }

    [Fact]
    public void Outage_keeps_what_is_known_for_afterwards()
    {
        Learn("5");
        _watched.Lose(Outage);
        Assert.Equal(Outage, _watched.View.Outage);

        _watched.Regain();

        Assert.Equal(("5", null), (_watched.View.Single!.Metadata.ResourceVersion, _watched.View.Outage));
    }

    [Fact]
    public void Whatever_the_store_says_of_it_ends_the_outage()
    {
        _watched.Lose(Outage);
        Learn("5");
        Assert.Null(_watched.View.Outage);

        _watched.Lose(Outage);
        Assert.True(_watched.Knows(new ObjectMetadata("edge", "web", "uid-web", "5", false), false, 1));
        Assert.Null(_watched.View.Outage);
    }

    [Fact]
    public void Late_news_does_not_end_the_outage()
    {
        Learn("5");
        _watched.Lose(Outage);
        Learn("4");

        Assert.Equal(Outage, _watched.View.Outage);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void Question_from_before_what_is_known_is_no_outage_when_it_fails(long epoch, bool lost)
    {
        Learn("5", epoch: 2);

        _watched.Lose(Outage, epoch);

        Assert.Equal(lost, _watched.View.Outage is not null);
    }

    [Theory]
    [InlineData("uid-web", "5", false, true)]
    [InlineData("uid-web", "6", false, false)]
    [InlineData("uid-web", "6", true, true)]
    [InlineData("uid-new", "5", false, false)]
    [InlineData("uid-new", "6", true, false)]
    public void Same_version_and_same_immutable_object_are_known(string uid, string version, bool immutable, bool known)
    {
        Learn("5", immutable: immutable);

        Assert.Equal(known, _watched.Knows(new ObjectMetadata("edge", "web", uid, version, false), immutable, 1));
    }

    [Fact]
    public void Object_that_became_immutable_is_read_again()
    {
        Learn("5");

        Assert.False(_watched.Knows(new ObjectMetadata("edge", "web", "uid-web", "6", false), isImmutable: true, 1));
    }

    [Fact]
    public void Nothing_and_absent_are_not_known_objects()
    {
        Assert.False(_watched.Knows(new ObjectMetadata("edge", "web", "uid-web", "5", false), false, 1));

        _watched.Learn([], "5", 1);

        Assert.False(_watched.Knows(new ObjectMetadata("edge", "web", "uid-web", "5", false), false, 1));
    }

    [Fact]
    public void Listeners_hear_until_they_leave()
    {
        var heard = 0;
        void Listener() => heard++;
        _watched.Subscribe(Listener);
        Learn("5");
        _watched.Lose(Outage);
        _watched.Regain();
        _watched.Regain();
        Assert.Equal(3, heard);

        _watched.Unsubscribe(Listener);
        Learn("6");

        Assert.Equal((3, true), (heard, _watched.IsIdle));
    }

    private void Learn(string version, long epoch = 1, bool immutable = false) =>
        _watched.Learn([new KubernetesObject(new ObjectMetadata("edge", "web", "uid-web", version, false)) { IsImmutable = immutable }], version, epoch);
}
