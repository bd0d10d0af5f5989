using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Tests.Configuration;

/// <summary>Both formats become one tree, each node with its line.</summary>
public sealed class DocumentReadingTests
{
    [Theory]
    [InlineData("a:\n  - x\n  - b: y\n", "a.yaml")]
    [InlineData("{\n\"a\": [ \"x\",\n{ \"b\": \"y\" } ] }", "a.json")]
    public void Every_node_knows_its_line(string text, string file)
    {
        var list = Assert.IsType<ConfigurationNode.List>(Read(text, file).Find("a")?.Value);
        var inner = Assert.IsType<ConfigurationNode.Map>(list.Items[1]);

        Assert.Equal($"{file}:3", inner.Find("b")?.Place.Text);
        Assert.Equal(3, inner.Find("b")?.Value.Place.Line);
    }

    [Theory]
    [InlineData("plain", "plain", "Plain")]
    [InlineData("5", "5", "Plain")]
    [InlineData("true", "true", "Plain")]
    [InlineData("'5'", "5", "Text")]
    [InlineData("\"a\\nb\"", "a\nb", "Text")]
    [InlineData("|\n  block", "block", "Text")]
    [InlineData("''", "", "Text")]
    [InlineData("~", null, "Plain")]
    [InlineData("null", null, "Plain")]
    [InlineData("", null, "Plain")]
    public void A_yaml_value_keeps_how_it_was_written(string written, string? text, string style) => AssertScalar($"a: {written}", "a.yaml", text, style);

    [Theory]
    [InlineData("\"5\"", "5", "Text")]
    [InlineData("\"\\u00e4\"", "ä", "Text")]
    [InlineData("5", "5", "Number")]
    [InlineData("-1.5e3", "-1.5e3", "Number")]
    [InlineData("true", "true", "Boolean")]
    [InlineData("false", "false", "Boolean")]
    [InlineData("null", null, "Plain")]
    public void A_json_value_keeps_its_type(string written, string? text, string style) => AssertScalar($"{{\"a\":{written}}}", "a.json", text, style);

    [Theory]
    [InlineData("", "a.yaml")]
    [InlineData("# nothing\n", "a.yaml")]
    [InlineData("---\n...\n", "a.yaml")]
    [InlineData("{}", "a.yaml")]
    [InlineData("{}", "a.json")]
    public void A_document_may_say_next_to_nothing(string text, string file)
    {
        var errors = new ConfigurationErrors();

        ConfigurationDocument.Read(text, file, "/", errors);

        Assert.Empty(errors.All);
    }

    [Theory]
    [InlineData("", "a.json")]
    [InlineData("{", "a.json")]
    [InlineData("{} {}", "a.json")]
    [InlineData("{\"a\":1,}", "a.json")]
    [InlineData("a: [", "a.yaml")]
    [InlineData("a: 'b", "a.yaml")]
    [InlineData("a: b: c", "a.yaml")]
    [InlineData("%YAML 9.9", "a.yaml")]
    public void A_broken_document_is_one_mistake_with_a_line(string text, string file)
    {
        var errors = new ConfigurationErrors();

        ConfigurationDocument.Read(text, file, "/", errors);

        Assert.Matches(@"^a\.(json|yaml):\d+: is not (JSON|YAML): ", Assert.Single(errors.All));
    }

    [Fact]
    public void Json_nested_without_end_is_refused_without_exhausting_the_stack()
    {
        var errors = new ConfigurationErrors();

        ConfigurationDocument.Read(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)), "a.json", "/", errors);

        Assert.Single(errors.All);
    }

    [Fact]
    public void A_document_of_absurd_size_is_not_parsed()
    {
        var errors = new ConfigurationErrors();

        ConfigurationDocument.Read(new string('#', (16 * 1024 * 1024) + 1), "a.yaml", "/", errors);

        Assert.Equal("a.yaml:1: the file is larger than 16 MiB; that is not a configuration", Assert.Single(errors.All));
    }

    [Theory]
    [InlineData("a: 1", "a: 1", true)]
    [InlineData("a: 1", "a: '1'", true)]
    [InlineData("{ a: 1, b: 2 }", "{ b: 2, a: 1 }", true)]
    [InlineData("a: [ 1, 2 ]", "a: [ 1, 2 ]", true)]
    [InlineData("a: 1", "a: 2", false)]
    [InlineData("a: 1", "b: 1", false)]
    [InlineData("a: 1", "a: [ 1 ]", false)]
    [InlineData("a: [ 1, 2 ]", "a: [ 2, 1 ]", false)]
    [InlineData("a: [ 1 ]", "a: [ 1, 1 ]", false)]
    [InlineData("a: {}", "a: ~", false)]
    [InlineData("{ a: 1 }", "{ a: 1, b: 2 }", false)]
    public void Content_is_compared_and_places_are_not(string left, string right, bool equal) =>
        Assert.Equal(equal, ConfigurationNode.ContentEquals(Read(left, "left.yaml"), Read("\n\n" + right, "right.yaml")));

    [Theory]
    [InlineData("drian", "drain", "did you mean drain?")]
    [InlineData("DRAIN", "drain", "did you mean drain?")]
    [InlineData("wild", "drain wildcard", "did you mean wildcard?")]
    [InlineData("zzzzzzzz", "b a", "choose from a, b")]
    [InlineData("x", "", "there is none to choose from")]
    public void A_guess_helps(string written, string known, string expected) =>
        Assert.Equal(expected, NameSuggestion.Remedy(written, known.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public void A_guess_does_not_list_without_end() =>
        Assert.EndsWith("…", NameSuggestion.Remedy("zzzzzzzz", Enumerable.Range(0, 100).Select(static index => $"name{index}")), StringComparison.Ordinal);

    [Fact]
    public void A_guess_at_an_enormous_word_costs_nothing() =>
        Assert.StartsWith("choose from", NameSuggestion.Remedy(new string('a', 1_000_000), ["drain"]), StringComparison.Ordinal);

    private static ConfigurationNode.Map Read(string text, string file)
    {
        var errors = new ConfigurationErrors();
        var map = ConfigurationDocument.Read(text, file, "/", errors);
        Assert.Empty(errors.All);
        return map;
    }

    private static void AssertScalar(string text, string file, string? expected, string style)
    {
        var scalar = Assert.IsType<ConfigurationNode.Scalar>(Read(text, file).Find("a")?.Value);
        Assert.Equal((expected, style), (scalar.Text, scalar.Style.ToString()));
    }
}
