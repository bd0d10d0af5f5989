using SecretProviders.Watching;

namespace SecretProviders.Tests.Watching;

/// <summary>Following links, on a table of links instead of a disk.</summary>
public sealed class FilePathWalkTests
{
    private const string MountedSecret = "/certs/tls.crt>..data/tls.crt /certs/..data>..g1";

    [Theory]
    [InlineData("", "/a/b", "/a/b", null, null)]
    [InlineData(MountedSecret, "/certs/tls.crt", "/certs/..g1/tls.crt", "..g1", "/certs/..g1")]
    [InlineData("/live/x.pem>../../archive/x1.pem", "/live/x.pem", "/archive/x1.pem", "../../archive/x1.pem", "/archive/x1.pem")]
    [InlineData("/srv/current>/opt/5", "/srv/current/a/b", "/opt/5/a/b", "/opt/5", "/opt/5")]
    [InlineData("/a>b /b>/c", "/a/x", "/c/x", "/c", "/c")]
    [InlineData("/a>b/c /b>d", "/a", "/d/c", "d", "/d")]
    [InlineData("/a>./b/../c", "/a/x", "/c/x", "./b/../c", "/c")]
    [InlineData("/a/link>../../../../z", "/a/link", "/z", "../../../../z", "/z")]
    public void Path_is_followed_to_its_end(string links, string path, string real, string? lastTarget, string? lastEnd) =>
        Assert.Equal(new FileWalk(real, lastTarget, lastEnd), FilePathWalk.Follow(path, Links(links)));

    [Theory]
    [InlineData("/a>a")]
    [InlineData("/a>b /b>a")]
    [InlineData("/a>/a/b")]
    public void Links_in_a_circle_lead_nowhere(string links) => Assert.Null(FilePathWalk.Follow("/a/x", Links(links)).RealPath);

    [Fact]
    public void Forty_links_are_followed_and_one_more_is_not()
    {
        string Chain(int count) => string.Join(' ', Enumerable.Range(0, count).Select(static number => $"/l{number}>l{number + 1}"));

        Assert.Equal("/l40", FilePathWalk.Follow("/l0", Links(Chain(40))).RealPath);
        Assert.Null(FilePathWalk.Follow("/l0", Links(Chain(41))).RealPath);
    }

    [Fact]
    public void Every_entry_on_the_way_is_met_outer_ones_first()
    {
        var met = new List<DirectoryDependency>();

        FilePathWalk.Follow("/certs/tls.crt", Links(MountedSecret), met);

        Assert.Equal(
            ["/ certs", "/certs tls.crt", "/certs ..data", "/certs ..g1", "/certs/..g1 tls.crt"],
            met.Select(static entry => $"{entry.Directory} {entry.Name}"));
    }

    [Fact]
    public void Only_what_is_written_into_the_end_matters()
    {
        var met = new List<DirectoryDependency>();

        FilePathWalk.Follow("/srv/current/tls.crt", Links("/srv/current>5"), met);

        Assert.Equal(["tls.crt"], met.Where(static entry => entry.Content).Select(static entry => entry.Name));
    }

    [Fact]
    public void Relative_path_is_refused() => Assert.Throws<ArgumentException>(static () => FilePathWalk.Follow("a/b", Links(string.Empty)));

    private static Func<string, string?> Links(string links)
    {
        var table = links.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static link => link.Split('>')).ToDictionary(static link => link[0], static link => link[1]);
        return table.GetValueOrDefault;
    }
}
