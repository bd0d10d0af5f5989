using Google.Protobuf.WellKnownTypes;
using SecretProviders.Sds;
using static SecretProviders.Xds.Tests.SdsSource.Responses;

namespace SecretProviders.Xds.Tests.SdsSource;

public sealed class StateOfTheWorldSubscriptionTests
{
    private readonly StateOfTheWorldSubscription _subscription = new(Settings);

    [Fact]
    public void First_request_says_who_asks_and_for_what_and_nothing_else()
    {
        Open("a", "b");

        var request = _subscription.TakeRequest(At(0));

        Assert.Equal(("node-1", "", "", "a,b"), (request!.Node.Id, request.VersionInfo, request.ResponseNonce, string.Join(',', request.ResourceNames)));
        Assert.Null(request.ErrorDetail);
        Assert.Null(_subscription.TakeRequest(At(0)));
    }

    [Fact]
    public void Request_without_names_is_never_made()
    {
        Open();

        Assert.Null(_subscription.TakeRequest(At(0)));
    }

    [Fact]
    public void Sound_response_is_found_and_acknowledged()
    {
        Ask("a");

        var news = _subscription.Receive(List("n1", "v1", Sound("a", "one")), At(0));
        var answer = _subscription.TakeRequest(At(0))!;

        Assert.Equal("one", Text(Assert.Single(news.States).State));
        Assert.Equal(("v1", "n1", null), (answer.VersionInfo, answer.ResponseNonce, answer.Node));
        Assert.Null(answer.ErrorDetail);
    }

    [Fact]
    public void Unsound_resource_refuses_the_response_with_its_reason_and_takes_the_others()
    {
        Ask("bad", "good");
        _subscription.Receive(List("n1", "v1", Sound("good", "one")), At(0));
        _subscription.TakeRequest(At(0));

        var news = _subscription.Receive(List("n2", "v2", Unsound("bad"), Sound("good", "two")), At(0));
        var answer = _subscription.TakeRequest(At(0))!;

        Assert.IsType<SecretState.Invalid>(news.States[0].State);
        Assert.Equal("two", Text(news.States[1].State));
        Assert.Equal(("v1", "n2"), (answer.VersionInfo, answer.ResponseNonce));
        Assert.Contains("'bad'", answer.ErrorDetail.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("'good'", answer.ErrorDetail.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_is_said_once_and_the_next_sound_response_is_acknowledged()
    {
        Ask("a");
        _subscription.Receive(List("n1", "v1", Unsound("a")), At(0));
        _subscription.TakeRequest(At(0));

        _subscription.Receive(List("n2", "v2", Sound("a", "two")), At(0));
        var answer = _subscription.TakeRequest(At(0))!;

        Assert.Null(answer.ErrorDetail);
        Assert.Equal("v2", answer.VersionInfo);
    }

    [Fact]
    public void Names_nobody_asked_for_are_ignored_and_no_reason_to_refuse()
    {
        Ask("a");

        var news = _subscription.Receive(List("n1", "v1", Sound("other", "x"), Sound("a", "one")), At(0));

        Assert.Equal(["other"], news.Foreign);
        Assert.Equal("a", Assert.Single(news.States).Name);
        Assert.Null(_subscription.TakeRequest(At(0))!.ErrorDetail);
    }

    [Fact]
    public void Two_resources_of_one_name_are_refused_and_harm_no_other()
    {
        Ask("twice", "once");

        var news = _subscription.Receive(List("n1", "v1", Sound("twice", "one"), Sound("twice", "two"), Sound("once", "three")), At(0));

        Assert.All(news.States.Where(static said => said.Name == "twice"), static said => Assert.IsType<SecretState.Invalid>(said.State));
        Assert.Equal("three", Text(news.States.Single(static said => said.Name == "once").State));
        Assert.Contains("more than once", _subscription.TakeRequest(At(0))!.ErrorDetail.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Response_of_another_type_is_refused_and_takes_nothing()
    {
        Ask("a");
        var response = List("n1", "v1", Sound("a", "one"));
        response.TypeUrl = "type.googleapis.com/envoy.config.cluster.v3.Cluster";

        var news = _subscription.Receive(response, At(0));

        Assert.Empty(news.States);
        Assert.Contains("Cluster", _subscription.TakeRequest(At(0))!.ErrorDetail.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Type_of_a_response_may_be_left_out()
    {
        Ask("a");
        var response = List("n1", "v1", Sound("a", "one"));
        response.TypeUrl = "";

        Assert.Equal("one", Text(Assert.Single(_subscription.Receive(response, At(0)).States).State));
    }

    [Fact]
    public void Name_that_got_only_nameless_rubbish_is_Invalid_and_not_absent()
    {
        Ask("a");
        _subscription.Up(At(0));
        _subscription.Receive(List("n1", "v1", new Any { TypeUrl = "type.googleapis.com/google.protobuf.StringValue" }), At(0));

        var said = Assert.Single(_subscription.Silence(At(2)).States);

        Assert.Contains("StringValue", Assert.IsType<SecretState.Invalid>(said.State).Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_message_are_refused()
    {
        Ask("a");
        var broken = Sound("a", "one");
        broken.Value = Google.Protobuf.ByteString.CopyFrom(0xFF, 0xFF, 0xFF);

        var news = _subscription.Receive(List("n1", "v1", broken), At(0));

        Assert.Empty(news.States);
        Assert.Contains("no secret", Assert.Single(news.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_about_a_name_never_found_is_absence()
    {
        Ask("a");
        _subscription.Up(At(1));

        Assert.Empty(_subscription.Silence(At(2.9)).States);
        Assert.Equal(At(3), _subscription.NextSilence);
        Assert.IsType<SecretState.NotFound>(Assert.Single(_subscription.Silence(At(3)).States).State);
        Assert.Null(_subscription.NextSilence);
    }

    [Fact]
    public void Silence_of_a_server_that_was_not_heard_means_nothing()
    {
        Ask("a");

        Assert.Null(_subscription.NextSilence);
        Assert.Empty(_subscription.Silence(At(100)).States);
    }

    [Fact]
    public void Silence_after_a_find_changes_nothing()
    {
        Ask("a");
        _subscription.Receive(List("n1", "v1", Sound("a", "one")), At(0));
        _subscription.Fail(new SecretState.Unavailable("lost"));
        _subscription.Begin("server");
        _subscription.TakeRequest(At(10));
        _subscription.Up(At(10));

        Assert.Empty(_subscription.Silence(At(20)).States);
    }

    [Fact]
    public void Name_that_is_added_later_is_asked_with_the_present_nonce_and_no_version_and_has_its_own_time()
    {
        Ask("a");
        _subscription.Up(At(0));
        _subscription.Receive(List("n1", "v1", Sound("a", "one")), At(0));
        _subscription.TakeRequest(At(0));

        _subscription.Add("b");
        var request = _subscription.TakeRequest(At(5))!;

        Assert.Equal(("n1", "", "a,b"), (request.ResponseNonce, request.VersionInfo, string.Join(',', request.ResourceNames)));
        Assert.Equal(At(7), _subscription.NextSilence);
    }

    [Fact]
    public void Acknowledgement_of_what_a_new_name_got_claims_its_version()
    {
        Ask("a");
        _subscription.Receive(List("n1", "v1", Sound("a", "one")), At(0));
        _subscription.Add("b");
        _subscription.TakeRequest(At(0));

        _subscription.Receive(List("n2", "v1", Sound("a", "one"), Sound("b", "two")), At(0));

        Assert.Equal("v1", _subscription.TakeRequest(At(0))!.VersionInfo);
    }

    [Fact]
    public void Name_whose_request_a_response_crossed_is_asked_once_more_without_a_version()
    {
        Ask("a");
        _subscription.Receive(List("n1", "v1", Sound("a", "one")), At(0));
        _subscription.TakeRequest(At(0));
        _subscription.Add("b");
        _subscription.TakeRequest(At(0));

        _subscription.Receive(List("n2", "v2", Sound("a", "two")), At(0));
        var again = _subscription.TakeRequest(At(0))!;
        _subscription.Receive(List("n3", "v2", Sound("a", "two")), At(0));
        var then = _subscription.TakeRequest(At(0))!;

        Assert.Equal((("n2", ""), ("n3", "v2")), ((again.ResponseNonce, again.VersionInfo), (then.ResponseNonce, then.VersionInfo)));
    }

    [Fact]
    public void Answer_to_a_new_question_is_no_repetition_though_it_says_nothing_new()
    {
        Ask("a");
        _subscription.Receive(List("n1", "v1", Sound("a", "one")), At(0));
        _subscription.Add("none");
        _subscription.TakeRequest(At(0));

        Assert.True(_subscription.Receive(List("n2", "v1", Sound("a", "one")), At(0)).IsNew);
        Assert.False(_subscription.Receive(List("n3", "v1", Sound("a", "one")), At(0)).IsNew);
    }

    [Fact]
    public void Name_that_comes_before_the_first_response_waits_for_it()
    {
        Ask("a");

        _subscription.Add("b");

        Assert.True(_subscription.NeedsNewStream);
        Assert.Null(_subscription.TakeRequest(At(0)));
        _subscription.Receive(List("n1", "v1", Sound("a", "one")), At(0));
        Assert.False(_subscription.NeedsNewStream);
        Assert.Equal(["a", "b"], _subscription.TakeRequest(At(0))!.ResourceNames);
    }

    [Fact]
    public void Name_that_left_is_not_asked_for_any_more()
    {
        Ask("a", "b");
        _subscription.Receive(List("n1", "v1", Sound("a", "one")), At(0));
        _subscription.TakeRequest(At(0));

        _subscription.Remove("b");

        Assert.Equal(["a"], _subscription.TakeRequest(At(0))!.ResourceNames);
    }

    [Fact]
    public void Name_that_left_and_came_back_needs_a_new_stream_when_the_server_stays_silent()
    {
        Ask("a", "b");
        _subscription.Up(At(0));
        _subscription.Receive(List("n1", "v1", Sound("a", "one")), At(0));
        _subscription.Receive(List("n2", "v2", Sound("b", "one")), At(0));
        _subscription.Remove("b");
        _subscription.TakeRequest(At(0));
        _subscription.Add("b");
        _subscription.TakeRequest(At(5));

        var news = _subscription.Silence(At(7));

        Assert.Empty(news.States);
        Assert.Equal(["b"], news.Stranded);
    }

    [Fact]
    public void New_stream_asks_everything_anew_and_claims_no_version()
    {
        Ask("a");
        _subscription.Receive(List("n1", "v1", Sound("a", "one")), At(0));

        _subscription.Begin("server");
        var request = _subscription.TakeRequest(At(9))!;

        Assert.Equal(("node-1", "", "", "a"), (request.Node.Id, request.VersionInfo, request.ResponseNonce, Assert.Single(request.ResourceNames)));
    }

    [Fact]
    public void Equal_content_is_no_news()
    {
        Ask("a");
        Assert.True(_subscription.Receive(List("n1", "v1", Sound("a", "one")), At(0)).IsNew);

        var news = _subscription.Receive(List("n2", "v2", Sound("a", "one")), At(0));

        Assert.False(news.IsNew);
        Assert.Equal("v2", _subscription.TakeRequest(At(0))!.VersionInfo);
    }

    [Fact]
    public void Equal_refusal_is_no_news_but_refused_again()
    {
        Ask("a");
        Assert.True(_subscription.Receive(List("n1", "v1", Unsound("a")), At(0)).IsNew);
        _subscription.TakeRequest(At(0));

        var news = _subscription.Receive(List("n2", "v1", Unsound("a")), At(0));

        Assert.False(news.IsNew);
        Assert.NotNull(_subscription.TakeRequest(At(0))!.ErrorDetail);
    }

    [Fact]
    public void Content_after_an_outage_is_news_though_it_is_the_same()
    {
        Ask("a");
        _subscription.Receive(List("n1", "v1", Sound("a", "one")), At(0));
        _subscription.Fail(new SecretState.Unavailable("lost"));
        _subscription.Begin("server");
        _subscription.TakeRequest(At(0));

        var news = _subscription.Receive(List("n1", "v1", Sound("a", "one")), At(0));

        Assert.True(news.IsNew);
        Assert.Equal("one", Text(Assert.Single(news.States).State));
    }

    [Fact]
    public void Response_without_a_nonce_is_answered_like_any_other()
    {
        Ask("a");

        _subscription.Receive(List("", "v1", Sound("a", "one")), At(0));

        Assert.False(_subscription.NeedsNewStream);
        Assert.Equal("v1", _subscription.TakeRequest(At(0))!.VersionInfo);
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
