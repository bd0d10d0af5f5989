using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SecretProviders.Routing;

namespace SecretProviders.Tests.Routing;

public sealed class SecretNameCheckTests
{
    public static TheoryData<string, string?> Names => new()
    {
        { "web", null },
        { "../../etc/passwd", null },
        { "a%2e%2e", null },
        { "/absolute", null },
        { "outbound|443||svc", null },
        { "Straße 🔑", null },
        { new string('a', 1024), null },
        { string.Concat(Enumerable.Repeat("ä", 512)), null },
        { "", "empty" },
        { new string('a', 1025), "longer than 1024 bytes" },
        { string.Concat(Enumerable.Repeat("ä", 513)), "longer than 1024 bytes" },
        { string.Concat(Enumerable.Repeat("🔑", 257)), "longer than 1024 bytes" },
        { new string('a', 1 << 20), "longer than 1024 bytes" },
        { "a\ud83d", "not Unicode" },
        { "\udd11a", "not Unicode" },
        { "a\ud83d\ud83db", "not Unicode" },
        { "a\0b", "control" },
        { "a\nb", "control" },
        { "a\r", "control" },
        { "\tb", "control" },
        { "a\u001b[31m", "control" },
        { "a\u007f", "control" },
        { "a\u0085", "control" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_is_judged_before_any_source_hears_of_it(string name, string? expected)
    {
        var problem = SecretNameCheck.Check(name);

        Assert.Equal(expected is null, problem is null);
        Assert.Contains(expected ?? string.Empty, problem?.Message ?? string.Empty, StringComparison.Ordinal);
        Assert.True(problem is null or { Code: SecretProblemCode.BadName });
    }

    [Fact]
    public void The_problem_never_repeats_the_name() => Prop.ForAll<NonNull<string>>(static name =>
        name.Item.Length < 4 || SecretNameCheck.Check(name.Item)?.Message.Contains(name.Item, StringComparison.Ordinal) != true).QuickCheckThrowOnFailure();

    [Fact]
    public void A_name_that_passes_is_short_text_without_control_characters() => Prop.ForAll<string>(static name =>
        SecretNameCheck.Check(name) is not null
        || (name.Length > 0 && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name)) == name && Encoding.UTF8.GetByteCount(name) <= 1024 && !name.Any(char.IsControl)))
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("a/b", false)]
    [InlineData("", false)]
    [InlineData("//", false)]
    [InlineData("...", false)]
    [InlineData(".", true)]
    [InlineData("..", true)]
    [InlineData("a/..", true)]
    [InlineData("./a", true)]
    [InlineData("a/../b", true)]
    [InlineData("a/..b", false)]
    public void Dots_are_found_in_whole_segments_alone(string path, bool expected) => Assert.Equal(expected, SecretNameCheck.HoldsDots(path));
}
