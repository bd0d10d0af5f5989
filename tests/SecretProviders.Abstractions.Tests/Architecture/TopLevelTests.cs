namespace SecretProviders.Tests.Architecture;

public sealed class TopLevelTests
{
    // What builds and editors leave behind is in .gitignore and none of the repository.
    private static readonly string[] Ignored = [".git", ".vs", "artifacts", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts"];

    [Fact]
    public void The_top_level_holds_exactly_what_a_newcomer_needs() =>
        Assert.Equal(
            [".ci", ".editorconfig", ".gitignore", "Directory.Build.props", "LICENSE", "README.md", "SecretProviders.sln", "benchmarks", "docs", "src", "tests"],
            Directory.EnumerateFileSystemEntries(Repository.Root)
                .Select(static path => Path.GetFileName(path))
                .Except(Ignored)
                .Order(StringComparer.Ordinal));
}
