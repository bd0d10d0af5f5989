using SecretProviders.Kubernetes.Configuration;

namespace SecretProviders.Kubernetes.Tests.Configuration;

/// <summary>Several files become one as kubectl merges them.</summary>
public sealed class KubeconfigMergeTests
{
    private const string First = """
        current-context: one
        clusters: [ { name: shared, cluster: { server: "https://first" } } ]
        contexts: [ { name: one, context: { cluster: shared, user: me } } ]
        """;

    private const string Second = """
        current-context: two
        clusters: [ { name: shared, cluster: { server: "https://second" } }, { name: more, cluster: { server: "https://more" } } ]
        contexts: [ { name: two, context: { cluster: more, user: me } } ]
        users: [ { name: me, user: { token: second } } ]
        """;

    [Fact]
    public void First_file_sets_the_current_context_and_each_entry()
    {
        var (_, cluster, user) = Merge(First, Second).Choose(null);

        Assert.Equal(("https://first", "second"), (cluster.Text("server"), user!.Text("token")));
    }

    [Fact]
    public void Other_order_other_winner()
    {
        var merged = Merge(Second, First);

        Assert.Equal("https://more", merged.Choose(null).Cluster.Text("server"));
        Assert.Equal("https://second", merged.Choose("one").Cluster.Text("server"));
    }

    [Fact]
    public void Entry_is_taken_whole_and_never_mixed()
    {
        const string More = """clusters: [ { name: shared, cluster: { server: "https://later", tls-server-name: later } } ]""";

        Assert.Null(Merge(First, Second, More).Choose("one").Cluster.Text("tls-server-name"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("current-context: \"\"")]
    public void Empty_file_changes_nothing(string empty) => Assert.Equal("https://first", Merge(empty, First, Second).Choose(null).Cluster.Text("server"));

    [Fact]
    public void Named_context_goes_before_the_current_one() => Assert.Equal("https://more", Merge(First, Second).Choose("two").Cluster.Text("server"));

    [Fact]
    public void Json_is_a_kubeconfig_too() =>
        Assert.Equal("https://j", Merge("""{"current-context":"a","clusters":[{"name":"a","cluster":{"server":"https://j"}}],"contexts":[{"name":"a","context":{"cluster":"a"}}]}""").Choose(null).Cluster.Text("server"));

    [Fact]
    public void Context_without_a_user_is_anonymous()
    {
        var merged = Merge("{ current-context: a, clusters: [ { name: a, cluster: { server: \"https://a\" } } ], contexts: [ { name: a, context: { cluster: a } } ] }");

        Assert.Null(merged.Choose(null).User);
    }

    [Theory]
    [InlineData("three", "there is no context 'three'; there are: one, two")]
    [InlineData("", "https://first")]
    public void Context_that_is_not_there_is_named_with_those_that_are(string context, string expected)
    {
        var merged = Merge(First, Second);

        var text = Record.Exception(() => merged.Choose(context)) is SecretConfigurationException exception ? exception.Errors[0] : merged.Choose(context).Cluster.Text("server");

        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ contexts: [ { name: a, context: {} } ] }", "there is no current-context; name a context (a)")]
    [InlineData("{}", "name a context (none)")]
    [InlineData("{ current-context: a, contexts: [ { name: a, context: {} } ] }", "context 'a': cluster is missing")]
    [InlineData("{ current-context: a, contexts: [ { name: a, context: { cluster: b } } ] }", "there is no cluster 'b'")]
    [InlineData("{ current-context: a, contexts: [ { name: a, context: { cluster: b, user: c } } ], clusters: [ { name: b } ] }", "there is no user 'c'")]
    [InlineData("{ current-context: a, contexts: [ { context: { cluster: b } } ] }", "name is missing")]
    [InlineData("{ contexts: { a: {} } }", "contexts must be a list")]
    [InlineData("{ contexts: [ a ] }", "contexts must be a list of maps")]
    [InlineData("{ kind: Pod }", "is of kind 'Pod', not a kubeconfig")]
    [InlineData("[ a ]", "is no kubeconfig")]
    [InlineData("text", "is no kubeconfig")]
    public void Mistake_is_named(string file, string expected) =>
        Assert.Contains(expected, Assert.Throws<SecretConfigurationException>(() => Merge(file).Choose(null)).Errors[0], StringComparison.Ordinal);

    [Theory]
    [InlineData("a: [", "line 2")]
    [InlineData("a: 1\nb: {\n", "is not YAML")]
    [InlineData("a: 1\nb: { c: d\ne: f\n", "line 2: this is not YAML")]
    [InlineData("a: 1\nb: !![ c\n", "line 2: this is not YAML")]
    [InlineData("a: 1\na: 2", "a field is there twice")]
    [InlineData("a: &x 1\nb: *x", "is an alias")]
    [InlineData("? [ a ]\n: b", "is no name of a field")]
    public void Text_that_is_no_plain_YAML_is_named_with_its_line(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<SecretConfigurationException>(() => Merge(text)).Errors[0], StringComparison.Ordinal);

    [Fact]
    public void Depth_is_bounded()
    {
        var deep = new string('[', 1000) + new string(']', 1000);

        Assert.Contains("too deeply", Assert.Throws<SecretConfigurationException>(() => Merge(deep)).Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Error_in_YAML_does_not_repeat_what_it_found()
    {
        var exception = Assert.Throws<SecretConfigurationException>(() => Merge("users:\n- token: \"marker\\q\""));

        Assert.DoesNotContain("marker", exception.Message, StringComparison.Ordinal);
    }

    private static Kubeconfig Merge(params string[] files) =>
        Kubeconfig.Merge(files.Select(static (text, index) => ($"/etc/kube/{index}", YamlReader.Read(new StringReader(text), $"'/etc/kube/{index}'"))));
}
