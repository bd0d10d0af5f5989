using System.Collections.Immutable;
using System.Text;
using SecretProviders.FileSystem;
using SecretProviders.Testing;
using SecretProviders.Watching;

namespace SecretProviders.Tests.FileSystem;

/// <summary>What was found on the disk, judged without a disk.</summary>
public sealed class FileSystemReaderTests
{
    private static readonly FileEntry Folder = new(FileEntryKind.Folder);

    [Theory]
    [InlineData(nameof(FileEntryKind.Missing), "does not exist: create it, mount it", true)]
    [InlineData(nameof(FileEntryKind.File), "is not a folder", true)]
    [InlineData(nameof(FileEntryKind.Special), "is not a folder", true)]
    [InlineData(nameof(FileEntryKind.Loop), "go round in circles", true)]
    [InlineData(nameof(FileEntryKind.Failed), "(error 5 of the operating system)", false)]
    public void Root_that_is_no_folder_is_an_outage(string kind, string error, bool definite)
    {
        var root = new FileEntry(Enum.Parse<FileEntryKind>(kind)) { Error = 5 };

        var state = Assert.IsType<SecretState.Unavailable>(FileSystemReader.Judge(new FileSystemSet("/certs", "/certs", root), 100));

        Assert.Contains("'/certs'", state.Error, StringComparison.Ordinal);
        Assert.Contains(error, state.Error, StringComparison.Ordinal);
        Assert.Equal(definite, state.Definite);
    }

    [Fact]
    public void Root_that_may_not_be_looked_at_is_denied() =>
        Assert.IsType<SecretState.Denied>(FileSystemReader.Judge(new FileSystemSet("/certs", "/certs", new(FileEntryKind.Denied)), 100));

    [Fact]
    public void Folder_without_any_layout_is_not_found() =>
        Assert.IsType<SecretState.NotFound>(FileSystemReader.Judge(new FileSystemSet("/certs", "/certs", Folder), 100));

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void Size_counts_over_all_files(long size, bool fits)
    {
        var state = FileSystemReader.Judge(Set(("a", size - 10), ("b", 10)), 100);

        Assert.Equal(fits, state is null);
        Assert.True(fits || state is SecretState.Invalid { Problem.Code: SecretProblemCode.TooLarge });
    }

    [Theory]
    [InlineData(5, "(error 5 of the operating system)")]
    [InlineData(116, "(error 116 of the operating system)")]
    public void Error_of_the_file_system_is_an_outage(int error, string message)
    {
        var set = Set(new FileEntry(FileEntryKind.Failed) { Error = error });

        Assert.Contains(message, Assert.IsType<SecretState.Unavailable>(FileSystemReader.Judge(set, 100)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_tells_its_place_and_its_generation()
    {
        using var authority = new TestCertificateAuthority();
        var pair = authority.Issue();
        var set = Set(("tls.crt", 1), ("tls.key", 1));

        var found = Assert.IsType<SecretState.Found>(FileSystemReader.Decode(
            set, [SensitiveBytes.Copy(pair.CertificatePem), SensitiveBytes.Copy(pair.PrivateKeyPem)], SecretKind.TlsCertificate, 10_000, "files"));

        Assert.Equal(pair.Secret, found.Secret);
        Assert.Equal(new SecretOrigin("files") { Location = "/certs/server", StoreVersion = "g1" }, found.Origin);
    }

    [Fact]
    public void Single_file_without_a_field_name_is_one_value()
    {
        var found = Assert.IsType<SecretState.Found>(FileSystemReader.Decode(
            Set((string.Empty, 5)), [SensitiveBytes.Copy("value"u8)], SecretKind.Generic, 100, "files"));

        Assert.Equal("value", Encoding.ASCII.GetString(Assert.IsType<GenericSecret>(found.Secret).Value!.GetSpan()));
    }

    [Fact]
    public void Failure_to_read_names_the_file_and_no_content()
    {
        var file = Set(("tls.crt", 1)).Files[0];

        Assert.Contains("'/certs/server/tls.crt' has mode 0600 and owner 7", ((SecretState.Denied)FileSystemReader.Fail(file, new UnauthorizedAccessException())).Remedy, StringComparison.Ordinal);
        Assert.Equal("'/certs/server/tls.crt' cannot be read: disk on fire", ((SecretState.Unavailable)FileSystemReader.Fail(file, new IOException("disk on fire"))).Error);
    }

    [Theory]
    [InlineData("Found", false, 0, false)]
    [InlineData("Found", true, 0, false)]
    [InlineData("NotFound", false, 0, false)]
    [InlineData("NotFound", true, 9999, true)]
    [InlineData("Invalid", false, 0, true)]
    [InlineData("Invalid", false, 499, true)]
    [InlineData("Invalid", false, 500, false)]
    [InlineData("Invalid", false, -499, true)]
    [InlineData("Invalid", false, -500, false)]
    [InlineData("Invalid", true, 9999, true)]
    [InlineData("Unavailable", false, 0, false)]
    [InlineData("Unavailable", true, 9999, true)]
    [InlineData("Denied", false, 0, false)]
    [InlineData("Denied", true, 9999, true)]
    public void State_that_may_pass_by_itself_waits_for_rest(string state, bool foundBefore, int age, bool waits)
    {
        SecretState said = state switch
        {
            "Found" => new SecretState.Found(new ValidationContext()),
            "NotFound" => new SecretState.NotFound(),
            "Invalid" => new SecretState.Invalid(new SecretProblem(SecretProblemCode.KeyMismatch, "x")),
            "Denied" => new SecretState.Denied("x"),
            _ => new SecretState.Unavailable("x"),
        };

        Assert.Equal(waits, FileSystemSecretWatch.Holds(said, foundBefore, TimeSpan.FromMilliseconds(age)));
    }

    [Fact]
    public void Sets_are_equal_only_when_nothing_moved()
    {
        var set = Set(("tls.crt", 1));

        Assert.Equal(set, Set(("tls.crt", 1)));
        Assert.NotEqual(set, Set(("tls.crt", 2)));
        Assert.NotEqual(set, set with { RealRoot = "/elsewhere" });
        Assert.NotEqual(set, set with { RootEntry = Folder with { Identity = (1, 2) } });
        Assert.NotEqual(set, set with { Files = [set.Files[0] with { RealPath = "/certs/server/g2/tls.crt" }] });
        Assert.NotEqual(set, set with { Files = [set.Files[0] with { Entry = set.Files[0].Entry with { Changed = 1 } }] });
        Assert.Equal(set, set with { RootEntry = Folder with { Modified = 1 } });
    }

    private static FileSystemSet Set(params (string Name, long Size)[] files) =>
        Set([.. files.Select(static file => File(file.Name, new FileEntry(FileEntryKind.File)
        {
            Size = file.Size,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            Owner = 7,
            Identity = (1, 1),
        }))]);

    private static FileSystemSet Set(FileEntry entry) => Set([File("tls.crt", entry)]);

    private static FileSystemSet Set(ImmutableArray<FileSystemFile> files) => new("/certs", "/certs", Folder)
    {
        Layout = new FileSystemLayout("server", [.. files.Select(static file => file.Field)]),
        Files = files,
    };

    private static FileSystemFile File(string name, FileEntry entry) =>
        new(new FileSystemField(name, $"server/{name}", Required: true), $"/certs/server/{name}", $"/certs/server/g1/{name}", entry) { Generation = "../x/g1/" };
}
