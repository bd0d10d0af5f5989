using System.Reflection;

namespace SecretProviders.Tests.Architecture;

/// <summary>The rules that keep the house habitable: everything points from the sources through the aggregate to the hosts.</summary>
public sealed class ArchitectureTests
{
    private const string Core = "src/SecretProviders";
    private const string Sources = Core + "/Sources";
    private static readonly string[] Aggregate =
        [Core + "/Aggregation", Core + "/Routing", Core + "/Resolution", Core + "/Gates", Core + "/Publishing"];

    private static readonly string[] Bases = [Core + "/Watching", Core + "/Polling", Core + "/Decoding", Core + "/Credentials"];
    private static readonly string[] Hosts = ["src/SecretProviders.AspNetCore", "src/SecretProviders.Xds"];
    private static readonly string[] Waiting =
        ["Task", "ValueTask", "async", "await", "Thread", "Timer", "ITimer", "PeriodicTimer", "TimeProvider", "CancellationToken", "lock", "Lock"];

    private static readonly SourceTree Tree = SourceTree.OfRepository;

    public static TheoryData<string> SourceFolders => [.. Tree.FoldersIn(Sources)];

    [Fact]
    public void The_abstractions_need_the_base_class_library_only()
    {
        var references = Assembly.Load("SecretProviders.Abstractions").GetReferencedAssemblies().Select(static name => name.Name!);

        Assert.All(references, static name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(SourceFolders))]
    public void A_source_does_not_know_another_source(string folder) =>
        AssertNone(Tree.Uses([folder], Tree.FoldersIn(Sources).Remove(folder)));

    // Hosts are out of its reach anyway: no project reference leads from the core to them.
    [Theory]
    [MemberData(nameof(SourceFolders))]
    public void A_source_of_the_core_does_not_know_the_aggregate(string folder) =>
        AssertNone(Tree.Uses([folder], Aggregate));

    [Fact]
    public void The_bases_of_the_sources_know_no_source_and_no_aggregate() =>
        AssertNone(Tree.Uses(Bases, [.. Aggregate, Sources]));

    [Fact]
    public void The_aggregate_knows_no_source_and_no_decoder() =>
        AssertNone(Tree.Uses(Aggregate, [Sources, Core + "/Decoding", Core + "/Polling", Core + "/Credentials"]));

    [Fact]
    public void A_host_never_names_a_source() => AssertNone(Tree.Uses(Hosts, [Sources]));

    [Fact]
    public void Decisions_are_made_without_tasks_timers_and_locks() =>
        AssertNone(
            from file in Tree.Files
            where file.IsIn(Core + "/Resolution", Core + "/Gates")
            from word in file.Words.Intersect(Waiting)
            select $"{file.Path} uses {word}");

    [Fact]
    public void The_rooms_that_these_rules_are_about_exist()
    {
        string[] rooms = [.. Aggregate, .. Bases, .. Hosts, Sources];

        Assert.Equal(rooms, rooms.Where(static folder => Tree.Files.Any(file => file.IsIn(folder))));
    }

    [Theory]
    [InlineData("SecretProviders.Abstractions", new string[0])]
    [InlineData("SecretProviders", new[] { "SecretProviders.Abstractions" })]
    [InlineData("SecretProviders.Testing", new[] { "SecretProviders.Abstractions" })]
    [InlineData("SecretProviders.ConformanceTests", new[] { "SecretProviders.Abstractions", "SecretProviders.Testing" })]
    [InlineData("SecretProviders.Xds", new[] { "SecretProviders" })]
    [InlineData("SecretProviders.Kubernetes", new[] { "SecretProviders" })]
    [InlineData("SecretProviders.Vault", new[] { "SecretProviders" })]
    [InlineData("SecretProviders.AspNetCore", new[] { "SecretProviders.Xds" })]
    public void A_project_refers_to_nothing_but(string project, string[] allowed) =>
        Assert.Equal(allowed, ProjectReferences.In(Repository.PathOf("src"))[project].Projects.Order(StringComparer.Ordinal));

    [Fact]
    public void No_project_refers_to_itself_by_way_of_others() =>
        Assert.Null(ProjectReferences.FindCircle(
            ProjectReferences.In(Repository.PathOf("src")).ToDictionary(static project => project.Key, static project => project.Value.Projects)));

    [Fact]
    public void The_abstractions_and_the_test_kit_bring_no_package()
    {
        var projects = ProjectReferences.In(Repository.PathOf("src"));

        Assert.Empty(projects["SecretProviders.Abstractions"].Packages);
        Assert.DoesNotContain(projects["SecretProviders.Testing"].Packages, static package => package.StartsWith("xunit", StringComparison.OrdinalIgnoreCase));
    }

    // The default message cuts each line short, just before the word that matters.
    private static void AssertNone(IEnumerable<string> violations) => Assert.Equal("", string.Join(Environment.NewLine, violations));
}
