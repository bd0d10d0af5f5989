using SecretProviders.FileSystem;

namespace SecretProviders.Tests.FileSystem;

public sealed class FileSystemKeyTests
{
    public static TheoryData<string, string> Refused => new()
    {
        { "", "is empty" },
        { "/etc/shadow", "is absolute" },
        { "//etc", "is absolute" },
        { "..", "may not climb" },
        { "../shadow", "may not climb" },
        { "a/../b", "may not climb" },
        { "a/..", "may not climb" },
        { "./a", "may not climb" },
        { "a/.", "may not climb" },
        { "%2e%2e/shadow", "plain letters" },
        { "a%2Fb", "plain letters" },
        { "..\\shadow", "plain letters" },
        { "a\0b", "plain letters" },
        { "a\nb", "plain letters" },
        { "a\u0085b", "plain letters" },
        { "a\u001b[31m", "plain letters" },
        { "a\ud800b", "not valid Unicode" },
        { new string('a', 1024 * 1024), "(1048576 characters) is longer than 1024 bytes" },
        { new string('ä', 600), "is longer than 1024 bytes" },
        { new string('a', 256), "a segment longer than 255 bytes" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Hostile_key_is_refused_with_its_reason(string key, string reason)
    {
        Assert.False(FileSystemKey.TryParse(new SecretReference(key), out _, out var problem));
        Assert.Equal(SecretProblemCode.BadName, problem.Code);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Message_is_short_and_on_one_line(string key, string reason)
    {
        Assert.False(FileSystemKey.TryParse(new SecretReference(key), out _, out var problem));

        Assert.InRange(problem.Message.Length, reason.Length, 250);
        Assert.DoesNotContain(problem.Message, static character => char.IsControl(character) || char.IsSurrogate(character));
    }

    [Theory]
    [InlineData("server", "server", "server")]
    [InlineData("team/a/server", "team/a/server", "server")]
    [InlineData("spiffe://example.org/ns/a", "spiffe:/example.org/ns/a", "a")]
    [InlineData("a//b/", "a/b", "b")]
    [InlineData("..data/tls", "..data/tls", "tls")]
    [InlineData("outbound|443||svc", "outbound|443||svc", "outbound|443||svc")]
    [InlineData("schlüssel", "schlüssel", "schlüssel")]
    public void Plain_key_is_a_path_below_the_folder(string key, string path, string name)
    {
        Assert.True(FileSystemKey.TryParse(new SecretReference(key), out var parsed, out _));
        Assert.Equal((path, name), (parsed.Path, parsed.Name));
    }

    [Fact]
    public void Property_is_the_last_segment()
    {
        Assert.True(FileSystemKey.TryParse(new SecretReference("db/login") { Property = "password" }, out var key, out _));
        Assert.Equal("db/login/password", key.Path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("/a")]
    [InlineData("%2e")]
    public void Hostile_property_is_refused(string property)
    {
        Assert.False(FileSystemKey.TryParse(new SecretReference("server") { Property = property }, out _, out var problem));
        Assert.StartsWith("The property", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_is_refused_since_files_have_none()
    {
        Assert.False(FileSystemKey.TryParse(new SecretReference("server") { Version = "3" }, out _, out var problem));
        Assert.Contains("remove 'version'", problem.Message, StringComparison.Ordinal);
    }
}
