using SecretProviders.Sds;
using static SecretProviders.Xds.Tests.SdsSource.Responses;

namespace SecretProviders.Xds.Tests.SdsSource;

public sealed class DeltaSubscriptionTests
{
    private readonly DeltaSubscription _subscription = new(Settings);

    [Fact]
    public void First_request_says_who_asks_and_for_what()
    {
        Open("a", "b");

        var request = _subscription.TakeRequest(At(0))!;

        Assert.Equal(("node-1", "", "a,b"), (request.Node.Id, request.ResponseNonce, string.Join(',', request.ResourceNamesSubscribe)));
        Assert.Empty(request.InitialResourceVersions);
    }

    [Fact]
    public void First_request_without_names_would_ask_for_everything_and_is_not_made()
    {
        Open();

        Assert.Null(_subscription.TakeRequest(At(0)));
    }

    [Fact]
    public void Sound_response_is_found_and_acknowledged_by_its_nonce_once()
    {
        Ask("a");

        var news = _subscription.Receive(Changes("n1", [Entry("a", "v1", Sound("a", "one"))]), At(0));
        var answer = _subscription.TakeRequest(At(0))!;

        Assert.Equal("one", Text(Assert.Single(news.States).State));
        Assert.Equal(("n1", null), (answer.ResponseNonce, answer.ErrorDetail));
        Assert.Empty(answer.ResourceNamesSubscribe);
        Assert.Null(_subscription.TakeRequest(At(0)));
    }

    [Fact]
    public void Unsound_resource_refuses_the_response_and_the_others_are_taken()
    {
        Ask("bad", "good");

        var news = _subscription.Receive(Changes("n1", [Entry("bad", "v1", Unsound("bad")), Entry("good", "v1", Sound("good", "one"))]), At(0));

        Assert.IsType<SecretState.Invalid>(news.States[0].State);
        Assert.Equal("one", Text(news.States[1].State));
        Assert.Contains("'bad'", _subscription.TakeRequest(At(0))!.ErrorDetail.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Removed_name_is_not_found()
    {
        Ask("a", "b");

        var news = _subscription.Receive(Changes("n1", [], "a", "foreign"), At(0));

        Assert.Equal(("a", new SecretState.NotFound()), Assert.Single(news.States));
    }

    [Fact]
    public void Name_that_comes_and_goes_in_one_response_is_refused()
    {
        Ask("a");

        var news = _subscription.Receive(Changes("n1", [Entry("a", "v1", Sound("a", "one"))], "a"), At(0));

        Assert.IsType<SecretState.Invalid>(Assert.Single(news.States).State);
        Assert.NotNull(_subscription.TakeRequest(At(0))!.ErrorDetail);
    }

    [Fact]
    public void Resource_that_holds_another_name_is_refused()
    {
        Ask("a");

        var news = _subscription.Receive(Changes("n1", [Entry("a", "v1", Sound("b", "one"))]), At(0));

        Assert.Contains("another name", Assert.IsType<SecretState.Invalid>(Assert.Single(news.States).State).Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resource_without_content_says_that_what_is_held_is_still_valid()
    {
        Ask("a");
        _subscription.Receive(Changes("n1", [Entry("a", "v1", Sound("a", "one"))]), At(0));

        var news = _subscription.Receive(Changes("n2", [Entry("a", "v1", resource: null)]), At(0));

        Assert.Equal("one", Text(Assert.Single(news.States).State));
        Assert.False(news.IsNew);
    }

    [Fact]
    public void Resource_without_content_that_was_never_sent_is_refused()
    {
        Ask("a");

        var news = _subscription.Receive(Changes("n1", [Entry("a", "v1", resource: null)]), At(0));

        Assert.IsType<SecretState.Invalid>(Assert.Single(news.States).State);
    }

    [Fact]
    public void Names_are_added_and_removed_one_by_one()
    {
        Ask("a");

        _subscription.Add("b");
        _subscription.Remove("a");
        var request = _subscription.TakeRequest(At(0))!;

        Assert.Equal(("b", "a"), (Assert.Single(request.ResourceNamesSubscribe), Assert.Single(request.ResourceNamesUnsubscribe)));
    }

    [Fact]
    public void Name_that_came_and_went_unasked_is_not_mentioned()
    {
        Ask("a");

        _subscription.Add("b");
        _subscription.Remove("b");
        var request = _subscription.TakeRequest(At(0));

        Assert.Empty(request?.ResourceNamesSubscribe ?? []);
        Assert.Empty(request?.ResourceNamesUnsubscribe ?? []);
    }

    [Fact]
    public void New_stream_resumes_with_the_versions_held_and_asks_for_all_names()
    {
        Ask("a", "b");
        _subscription.Receive(Changes("n1", [Entry("a", "v7", Sound("a", "one"))], "b"), At(0));

        _subscription.Begin("server");
        var request = _subscription.TakeRequest(At(9))!;

        Assert.Equal(["a", "b"], request.ResourceNamesSubscribe);
        Assert.Equal(("a", "v7"), (Assert.Single(request.InitialResourceVersions).Key, request.InitialResourceVersions["a"]));
    }

    [Fact]
    public void Versions_of_one_server_are_not_told_another_one()
    {
        Ask("a");
        _subscription.Receive(Changes("n1", [Entry("a", "v7", Sound("a", "one"))]), At(0));

        _subscription.Begin("other");
        Assert.Empty(_subscription.TakeRequest(At(9))!.InitialResourceVersions);
        _subscription.Begin("server");

        Assert.Equal("v7", _subscription.TakeRequest(At(10))!.InitialResourceVersions["a"]);
    }

    [Fact]
    public void Version_of_what_was_refused_is_not_resumed()
    {
        Ask("a");
        _subscription.Receive(Changes("n1", [Entry("a", "v1", Sound("a", "one"))]), At(0));
        _subscription.Receive(Changes("n2", [Entry("a", "v2", Unsound("a"))]), At(0));

        _subscription.Begin("server");

        Assert.Equal("v1", _subscription.TakeRequest(At(9))!.InitialResourceVersions["a"]);
    }

    [Fact]
    public void Silence_about_a_resumed_name_restores_what_is_held()
    {
        Ask("a");
        _subscription.Receive(Changes("n1", [Entry("a", "v1", Sound("a", "one"))]), At(0));
        _subscription.Fail(new SecretState.Unavailable("lost"));
        _subscription.Begin("server");
        _subscription.TakeRequest(At(10));
        _subscription.Up(At(10));

        Assert.Empty(_subscription.Silence(At(11.9)).States);
        Assert.Equal("one", Text(Assert.Single(_subscription.Silence(At(12)).States).State));
    }

    [Fact]
    public void Silence_about_any_other_name_means_nothing()
    {
        Ask("a");
        _subscription.Up(At(0));

        Assert.Empty(_subscription.Silence(At(60)).States);
    }

    [Fact]
    public void Silence_of_another_server_about_what_was_found_is_an_outage_and_only_after_the_time_for_an_answer()
    {
        Ask("a", "b");
        _subscription.Receive(Changes("n1", [Entry("a", "v1", Sound("a", "one")), Entry("b", "v1", Sound("b", "one"))]), At(0));
        _subscription.Begin("other");
        _subscription.TakeRequest(At(10));
        _subscription.Up(At(10));
        _subscription.Receive(Changes("n1", [Entry("b", "v9", Sound("b", "one"))]), At(11));

        Assert.Empty(_subscription.Silence(At(14.9)).States);
        var said = Assert.Single(_subscription.Silence(At(15)).States);

        Assert.Equal("a", said.Name);
        Assert.Contains("'a' of source 'upstream': the SDS server at other has not answered", Assert.IsType<SecretState.Unavailable>(said.State).Error, StringComparison.Ordinal);
        Assert.Equal("one", Text(_subscription.Receive(Changes("n2", [Entry("a", "v9", Sound("a", "one"))]), At(16)).States[0].State));
    }

    [Fact]
    public void Name_that_left_and_came_back_needs_a_new_stream_as_soon_as_silence_about_it_means_something()
    {
        Ask("a", "b");
        _subscription.Up(At(0));
        _subscription.Receive(Changes("n1", [Entry("a", "v1", Sound("a", "one")), Entry("b", "v1", Sound("b", "one"))]), At(0));
        _subscription.Remove("a");
        _subscription.TakeRequest(At(0));
        _subscription.Add("a");
        _subscription.TakeRequest(At(1));

        Assert.Equal(["a"], _subscription.Silence(At(3)).Stranded);
    }

    [Fact]
    public void Name_moved_from_another_subscription_keeps_what_it_held()
    {
        Ask("a");
        _subscription.Receive(Changes("n1", [Entry("a", "v1", Sound("a", "one"))]), At(0));
        var other = new DeltaSubscription(Settings);

        other.Adopt(_subscription.Detach("a"));
        other.Begin("server");

        Assert.True(_subscription.IsEmpty);
        Assert.Equal("v1", other.TakeRequest(At(0))!.InitialResourceVersions["a"]);
    }

    private void Open(params string[] names)
    {
        foreach (var name in names)
        {
            _subscription.Add(name);
        }

        _subscription.Begin("server");
    }

    private void Ask(params string[] names)
    {
        Open(names);
        _subscription.TakeRequest(At(0));
    }
}
