using Google.Protobuf.WellKnownTypes;
using SecretProviders.Sds;
using SecretProviders.Xds.Protos.Discovery;
using static SecretProviders.Xds.Tests.SdsSource.Responses;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>What a subscription makes of secrets that name files, without any file.</summary>
public sealed class NamedFilesSubscriptionTests
{
    private readonly List<(string Place, bool IsFound, FakeNamedFiles Files)> _watched = [];
    private readonly DeltaSubscription _delta;
    private readonly StateOfTheWorldSubscription _list;

    public NamedFilesSubscriptionTests()
    {
        var settings = Settings with
        {
            WatchFiles = (_, place, isFound) =>
            {
                var files = new FakeNamedFiles();
                _watched.Add((place, isFound, files));
                return files;
            },
        };
        _delta = new DeltaSubscription(settings);
        _list = new StateOfTheWorldSubscription(settings);
    }

    private FakeNamedFiles Files => _watched[^1].Files;

    [Fact]
    public void Response_is_answered_when_its_files_are_read_and_what_else_it_says_is_taken_at_once()
    {
        Ask(_list, "a", "b");

        var news = _list.Receive(List("n1", "v1", Named("a"), Sound("b", "inline")), At(0));
        Assert.Null(_list.TakeRequest(At(0)));
        Files.State = Found("file");
        var reread = _list.Reread("a");
        var answer = _list.TakeRequest(At(1))!;

        Assert.Equal(("b", "inline"), (Assert.Single(news.States).Name, Text(news.States[0].State)));
        Assert.Equal("file", Text(Assert.Single(reread.States).State));
        Assert.Equal(("v1", "n1", null), (answer.VersionInfo, answer.ResponseNonce, answer.ErrorDetail));
    }

    [Fact]
    public void Files_are_told_their_place_and_whether_there_is_something_to_lose()
    {
        Ask(_list, "a");

        _list.Receive(List("n1", "v1", Named("a", "/one")), At(0));
        Files.State = Found("one");
        _list.Reread("a");
        _list.Receive(List("n2", "v2", Named("a", "/two")), At(0));

        Assert.Equal([("Secret 'a' of source 'upstream'", false), ("Secret 'a' of source 'upstream'", true)], _watched.Select(static watch => (watch.Place, watch.IsFound)));
        Assert.Equal([true, false], _watched.Select(static watch => watch.Files.IsLeft));
    }

    [Theory]
    [InlineData(typeof(SecretState.Invalid))]
    [InlineData(typeof(SecretState.Denied))]
    [InlineData(typeof(SecretState.Unavailable))]
    public void Files_that_are_unsound_refuse_the_response_with_their_reason_and_heal_without_it(System.Type kind)
    {
        Ask(_delta, "a");
        _delta.Receive(Changes("n1", [Entry("a", "v1", Named("a"))]), At(0));
        Files.State = Bad(kind);

        var bad = _delta.Reread("a");
        var answer = _delta.TakeRequest(At(0))!;
        Files.State = Found("healed");
        var healed = _delta.Reread("a");

        Assert.IsType(kind, Assert.Single(bad.States).State);
        Assert.Equal(("n1", "bad file"), (answer.ResponseNonce, answer.ErrorDetail.Message));
        Assert.Equal("healed", Text(Assert.Single(healed.States).State));
        Assert.Null(_delta.TakeRequest(At(0)));
    }

    [Fact]
    public void Files_that_were_read_already_make_an_equal_resource_sound_at_once()
    {
        Ask(_list, "a");
        _list.Receive(List("n1", "v1", Named("a")), At(0));
        Files.State = Found("one");
        _list.Reread("a");
        _list.TakeRequest(At(0));

        var news = _list.Receive(List("n2", "v2", Named("a")), At(0));

        Assert.Equal("one", Text(Assert.Single(news.States).State));
        Assert.Equal("v2", _list.TakeRequest(At(0))!.VersionInfo);
        Assert.Single(_watched);
    }

    [Fact]
    public void Files_that_are_not_read_in_time_are_an_outage_of_their_name_alone()
    {
        Ask(_list, "a", "b");
        _list.Up(At(0));
        _list.Receive(List("n1", "v1", Named("a")), At(1));

        Assert.DoesNotContain(_list.Silence(At(5.9)).States, static said => said.Name == "a");
        var late = Assert.IsType<SecretState.Unavailable>(Assert.Single(_list.Silence(At(6)).States).State);

        Assert.Contains("not read within", late.Error, StringComparison.Ordinal);
        Assert.Contains("not read within", _list.TakeRequest(At(6))!.ErrorDetail.Message, StringComparison.Ordinal);
        Files.State = Found("late");
        Assert.Equal("late", Text(Assert.Single(_list.Reread("a").States).State));
    }

    [Fact]
    public void Name_that_comes_while_files_are_read_is_asked_with_the_answer_of_this_variant_and_at_once_of_the_other()
    {
        Ask(_list, "a");
        _list.Receive(List("n1", "v1", Named("a")), At(0));
        _list.Add("b");
        Assert.False(_list.NeedsNewStream);
        Assert.Null(_list.TakeRequest(At(0)));
        Files.State = Found("one");
        _list.Reread("a");
        Assert.Equal(["a", "b"], _list.TakeRequest(At(0))!.ResourceNames);

        Ask(_delta, "a");
        _delta.Receive(Changes("n1", [Entry("a", "v1", Named("a"))]), At(0));
        _delta.Add("b");
        var request = _delta.TakeRequest(At(0))!;
        Assert.Equal(("", "b"), (request.ResponseNonce, Assert.Single(request.ResourceNamesSubscribe)));
    }

    [Fact]
    public void Later_response_is_answered_in_place_of_the_one_that_waits()
    {
        Ask(_list, "a");
        _list.Receive(List("n1", "v1", Named("a", "/one")), At(0));

        _list.Receive(List("n2", "v2", Sound("a", "inline")), At(0));

        Assert.Equal("n2", _list.TakeRequest(At(0))!.ResponseNonce);
        Assert.True(Files.IsLeft);
    }

    [Fact]
    public void Name_that_leaves_is_waited_for_no_more_and_its_files_are_left()
    {
        Ask(_list, "a", "b");
        _list.Receive(List("n1", "v1", Named("a")), At(0));

        _list.Remove("a");

        Assert.True(Files.IsLeft);
        Assert.Equal(("n1", "b"), (_list.TakeRequest(At(0))!.ResponseNonce, Assert.Single(_list.Names)));
    }

    [Fact]
    public void Name_that_moves_to_another_stream_takes_its_files_with_it()
    {
        Ask(_delta, "a");
        _delta.Receive(Changes("n1", [Entry("a", "v1", Named("a"))]), At(0));
        var other = new DeltaSubscription(Settings);

        other.Adopt(_delta.Detach("a"));
        Files.State = Found("one");

        Assert.Equal("one", Text(Assert.Single(other.Reread("a").States).State));
        Assert.False(Files.IsLeft);
    }

    [Fact]
    public void Removal_by_the_server_leaves_the_files()
    {
        Find(_delta);

        var news = _delta.Receive(Changes("n2", [], "a"), At(0));

        Assert.IsType<SecretState.NotFound>(Assert.Single(news.States).State);
        Assert.True(Files.IsLeft);
        Assert.Empty(_delta.Reread("a").States);
    }

    [Fact]
    public void Resource_that_is_refused_leaves_the_files()
    {
        Find(_delta);

        _delta.Receive(Changes("n2", [Entry("a", "v2", Sound("other", "x"))]), At(0));

        Assert.True(Files.IsLeft);
    }

    [Fact]
    public void Files_that_change_in_an_outage_are_a_fresher_last_good()
    {
        Find(_delta);
        _delta.Fail(new SecretState.Unavailable("lost"));

        Files.State = Found("two");
        var said = Assert.IsType<SecretState.Unavailable>(Assert.Single(_delta.Reread("a").States).State);

        Assert.Equal(("lost", "two"), (said.Error, Text(said.LastGood!)));
    }

    [Fact]
    public void Silence_about_a_resumed_name_restores_what_its_files_say_now()
    {
        Find(_delta);
        _delta.Fail(new SecretState.Unavailable("lost"));
        Files.State = Found("two");
        Reopen();

        Assert.Equal("two", Text(Assert.Single(_delta.Silence(At(12)).States).State));
        Files.State = Found("three");
        Assert.Equal("three", Text(Assert.Single(_delta.Reread("a").States).State));
    }

    [Fact]
    public void Files_of_a_version_that_was_refused_are_left_when_an_older_one_is_resumed()
    {
        Ask(_delta, "a");
        _delta.Receive(Changes("n1", [Entry("a", "v1", Sound("a", "inline"))]), At(0));
        _delta.Receive(Changes("n2", [Entry("a", "v2", Named("a"))]), At(0));
        Files.State = Bad(typeof(SecretState.Invalid));
        _delta.Reread("a");

        var request = Reopen();

        Assert.Equal("v1", request.InitialResourceVersions["a"]);
        Assert.True(Files.IsLeft);
        Assert.Equal("inline", Text(Assert.Single(_delta.Silence(At(12)).States).State));
    }

    [Fact]
    public void Version_whose_files_have_healed_is_resumed()
    {
        Ask(_delta, "a");
        _delta.Receive(Changes("n1", [Entry("a", "v1", Sound("a", "inline"))]), At(0));
        _delta.Receive(Changes("n2", [Entry("a", "v2", Named("a"))]), At(0));
        Files.State = Bad(typeof(SecretState.Invalid));
        _delta.Reread("a");
        Files.State = Found("healed");
        _delta.Reread("a");

        Assert.Equal("v2", Reopen().InitialResourceVersions["a"]);
    }

    [Fact]
    public void Files_are_named_in_vain_where_that_is_not_allowed()
    {
        var closed = new StateOfTheWorldSubscription(Settings);
        Ask(closed, "a");

        var news = closed.Receive(List("n1", "v1", Named("a")), At(0));

        Assert.Contains("not allowed", Assert.IsType<SecretState.Invalid>(Assert.Single(news.States).State).Problem.Message, StringComparison.Ordinal);
        Assert.Contains("not allowed", closed.TakeRequest(At(0))!.ErrorDetail.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_names_that_nobody_asked_for_are_not_touched()
    {
        Ask(_list, "a");

        _list.Receive(List("n1", "v1", Named("other"), Named("twice"), Named("twice")), At(0));

        Assert.Empty(_watched);
    }

    private static Any Named(string name, string path = "/token") =>
        Any.Pack(new Tls.Secret { Name = name, GenericSecret = new() { Secret = new() { Filename = path } } }, "type.googleapis.com");

    private static SecretState.Found Found(string text) => new(Secret(text));

    private static SecretState Bad(System.Type kind) => kind switch
    {
        _ when kind == typeof(SecretState.Denied) => new SecretState.Denied("bad file"),
        _ when kind == typeof(SecretState.Invalid) => new SecretState.Invalid(new SecretProblem(SecretProblemCode.Malformed, "bad file")),
        _ => new SecretState.Unavailable("bad file"),
    };

    private static void Ask<TRequest, TResponse>(WireSubscription<TRequest, TResponse> subscription, params string[] names)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>
        where TResponse : class, Google.Protobuf.IMessage<TResponse>
    {
        foreach (var name in names)
        {
            subscription.Add(name);
        }

        subscription.Begin("server");
        subscription.TakeRequest(At(0));
    }

    private void Find(DeltaSubscription subscription)
    {
        Ask(subscription, "a");
        subscription.Receive(Changes("n1", [Entry("a", "v1", Named("a"))]), At(0));
        Files.State = Found("one");
        subscription.Reread("a");
        subscription.TakeRequest(At(0));
    }

    private DeltaDiscoveryRequest Reopen()
    {
        _delta.Begin("server");
        var request = _delta.TakeRequest(At(10))!;
        _delta.Up(At(10));
        return request;
    }
}
