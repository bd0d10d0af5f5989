using System.Collections.Immutable;
using System.Globalization;
using SecretProviders.Watching;

namespace SecretProviders.FileSystem;

/// <summary>What was found on the disk, as the state that it means. Pure.</summary>
internal static class FileSystemReader
{
    private const int MaxFiles = 256;

    /// <summary>Judges a set before any of its files is opened.</summary>
    /// <param name="set">What was found.</param>
    /// <param name="maxBytes">The greatest size of all files together.</param>
    /// <returns>The state that is certain already, or null when the files are to be read.</returns>
    public static SecretState? Judge(FileSystemSet set, long maxBytes)
    {
        if (set.RootEntry.Kind != FileEntryKind.Folder)
        {
            return JudgeRoot(set);
        }

        if (set.Layout is null)
        {
            return new SecretState.NotFound();
        }

        foreach (var file in set.Files)
        {
            if (JudgeFile(file, set) is { } problem)
            {
                return problem;
            }
        }

        if (set.Files.Length > MaxFiles)
        {
            return Invalid(SecretProblemCode.TooLarge, $"'{set.Place}' holds more than {MaxFiles} files: point the key at the folder of one secret.");
        }

        return set.Size > maxBytes
            ? Invalid(SecretProblemCode.TooLarge, $"'{set.Place}' has {Number(set.Size)} bytes, but a secret may have {Number(maxBytes)}: remove what does not belong to it, or raise the source's MaxBytes.")
            : null;
    }

    /// <summary>Turns the bytes of a set into its state.</summary>
    /// <param name="set">What was found.</param>
    /// <param name="values">The bytes of its files, in their order.</param>
    /// <param name="kind">The kind that is wanted, or null.</param>
    /// <param name="maxBytes">The greatest size of all files together.</param>
    /// <param name="source">The source's name.</param>
    public static SecretState Decode(FileSystemSet set, ImmutableArray<SensitiveBytes> values, SecretKind? kind, long maxBytes, string source)
    {
        var fields = set.Files is [{ Field.Name: "" }]
            ? SecretFields.Single(values[0], set.Place)
            : new SecretFields(set.Files.Zip(values, static (file, value) => KeyValuePair.Create(file.Field.Name, value)), set.Place);
        var state = SecretDecoder.Decode(fields, kind, new SecretDecoderOptions { MaxBytes = (int)maxBytes });
        return state is SecretState.Found found
            ? found with { Origin = new SecretOrigin(source) { Location = set.Place, StoreVersion = set.Generation } }
            : state;
    }

    /// <summary>Turns a failure to read a file into a state.</summary>
    public static SecretState Fail(FileSystemFile file, Exception exception) => exception switch
    {
        UnauthorizedAccessException => new SecretState.Denied(DeniedText(file.Path, file.Entry)),
        _ => new SecretState.Unavailable($"'{file.Path}' cannot be read: {exception.Message}"),
    };

    private static SecretState JudgeRoot(FileSystemSet set) => set.RootEntry.Kind switch
    {
        // An absent folder is an absent store: it must not look like the removal of every secret in it.
        FileEntryKind.Missing or FileEntryKind.Dangling =>
            new SecretState.Unavailable($"The folder '{set.Root}' does not exist: create it, mount it, or correct the source's path.") { Definite = true },
        FileEntryKind.Denied => new SecretState.Denied(DeniedText(set.Root, set.RootEntry)),
        FileEntryKind.Loop => new SecretState.Unavailable($"The links of '{set.Root}' go round in circles: correct the source's path.") { Definite = true },
        FileEntryKind.Failed => new SecretState.Unavailable($"'{set.Root}' cannot be looked at (error {set.RootEntry.Error} of the operating system)."),
        _ => new SecretState.Unavailable($"'{set.Root}' is not a folder: correct the source's path.") { Definite = true },
    };

    private static SecretState? JudgeFile(FileSystemFile file, FileSystemSet set) => file.Entry.Kind switch
    {
        FileEntryKind.File => null,
        FileEntryKind.Missing => Invalid(SecretProblemCode.Incomplete, $"'{file.Path}' is missing beside {Others(file, set)}: write all files of the secret, or none."),
        FileEntryKind.Dangling => Invalid(SecretProblemCode.Incomplete, $"'{file.Path}' is or follows a link to '{file.Generation}', which leads to nothing: correct the link."),
        FileEntryKind.Loop => Invalid(SecretProblemCode.Malformed, $"The links of '{file.Path}' go round in circles: correct them."),
        FileEntryKind.Folder => Invalid(SecretProblemCode.Malformed, $"'{file.Path}' is a folder, but a file is expected there."),
        FileEntryKind.Special => Invalid(SecretProblemCode.Malformed, $"'{file.Path}' is a FIFO, a socket or a device, but a regular file is expected there."),
        FileEntryKind.Denied => new SecretState.Denied(DeniedText(file.Path, file.Entry)),
        _ => new SecretState.Unavailable($"'{file.Path}' cannot be looked at (error {file.Entry.Error} of the operating system)."),
    };

    private static string Others(FileSystemFile missing, FileSystemSet set) =>
        string.Join(" and ", set.Files.Where(file => file.Path != missing.Path && file.Entry.Kind != FileEntryKind.Missing).Select(static file => $"'{file.Path}'"));

    private static string DeniedText(string path, FileEntry entry)
    {
        var user = Environment.UserName is { Length: > 0 } name ? $"user '{name}'" : "the user of this process";
        return entry.Mode == UnixFileMode.None && entry.Identity == default
            ? $"'{path}' may not be looked at: let {user} search the folders above it."
            : $"'{path}' has mode {Convert.ToString((int)entry.Mode, 8).PadLeft(4, '0')} and owner {entry.Owner}: let {user} read it.";
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static SecretState.Invalid Invalid(SecretProblemCode code, string message) => new(new SecretProblem(code, message));
}
