namespace SecretProviders.Tests.Architecture;

/// <summary>The rules are worth as much as the eyes that look: what they see and what they overlook on purpose.</summary>
public sealed class SourceTreeTests
{
    private static readonly SourceText Declaring = new("src/B/Vault.cs", "class Vault { }");

    [Theory]
    [InlineData("var x = new Vault();", true)]
    [InlineData("using static B.Vault;", true)]
    [InlineData("List<Vault?> all;", true)]
    [InlineData("var text = \"a\" + Vault.Name + \"b\";", true)]
    [InlineData("var c = '\"'; Vault v;", true)]
    [InlineData("var VaultName = 1;", false)]
    [InlineData("// Vault", false)]
    [InlineData("/// <see cref=\"Vault\"/>", false)]
    [InlineData("/* Vault\n Vault */", false)]
    [InlineData("var text = \"Vault \\\" Vault\";", false)]
    [InlineData("var text = @\"Vault\"\" Vault\";", false)]
    [InlineData("var text = \"\"\"\n Vault \" Vault\n\"\"\";", false)]
    public void A_use_is_an_identifier_in_code(string code, bool seen)
    {
        var tree = new SourceTree([Declaring, new SourceText("src/A/User.cs", code)]);

        Assert.Equal(seen ? ["src/A/User.cs uses Vault of src/B/Vault.cs"] : [], tree.Uses(["src/A"], ["src/B"]));
    }

    [Fact]
    public void Only_the_folders_asked_for_are_looked_at()
    {
        var tree = new SourceTree([Declaring, new SourceText("src/AA/User.cs", "Vault v;"), new SourceText("src/B/Other.cs", "Vault v;")]);

        Assert.Empty(tree.Uses(["src/A", "src/B"], ["src/B"]));
    }

    [Fact]
    public void A_partial_type_is_known_by_the_first_part_of_its_file_name() =>
        Assert.Equal("Vault", new SourceText("src/B/Vault.Log.cs", "").Type);

    [Fact]
    public void Folders_are_those_right_below()
    {
        var tree = new SourceTree([new("src/S/Here.cs", ""), new("src/S/B/X.cs", ""), new("src/S/A/Deep/Y.cs", ""), new("src/T/Z.cs", "")]);

        Assert.Equal(["src/S/A", "src/S/B"], tree.FoldersIn("src/S"));
    }

    [Fact]
    public void A_circle_of_projects_is_found()
    {
        Assert.NotNull(ProjectReferences.FindCircle(new Dictionary<string, string[]> { ["A"] = ["B"], ["B"] = ["C"], ["C"] = ["A"] }));
        Assert.Null(ProjectReferences.FindCircle(new Dictionary<string, string[]> { ["A"] = ["B", "C"], ["B"] = ["C"], ["C"] = [] }));
    }
}
