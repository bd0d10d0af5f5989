using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SecretProviders.FileSystem;

/// <summary>
/// The key of a reference, proved to stay below the source's folder by its letters alone: relative, without dot
/// segments and without characters that another layer could take for one. Links that the operator made may lead out.
/// </summary>
internal sealed record FileSystemKey
{
    private const int MaxBytes = 1024;
    private const int MaxSegmentBytes = 255;
    private const int ShownLength = 40;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private FileSystemKey(string path) => Path = path;

    /// <summary>Gets the path below the source's folder, its segments parted by <c>/</c>.</summary>
    public string Path { get; }

    /// <summary>Gets the last segment.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>Judges a reference.</summary>
    /// <param name="reference">The reference; its property, when it has one, becomes the last segment.</param>
    /// <param name="key">The key.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static bool TryParse(SecretReference reference, [NotNullWhen(true)] out FileSystemKey? key, [NotNullWhen(false)] out SecretProblem? problem)
    {
        key = null;
        var fault = Fault(reference.Key, "key") ?? (reference.Property is { } property ? PropertyFault(property) : null);
        if (fault is null && reference.Version is not null)
        {
            fault = $"The reference '{Show(reference.Key)}' asks for a version, but files have none: remove 'version'.";
        }

        if (fault is not null)
        {
            problem = new SecretProblem(SecretProblemCode.BadName, fault);
            return false;
        }

        problem = null;
        // Several slashes mean one, as everywhere in POSIX.
        var segments = reference.Key.Split('/', StringSplitOptions.RemoveEmptyEntries);
        key = new FileSystemKey(string.Join('/', reference.Property is null ? segments : [.. segments, reference.Property]));
        return true;
    }

    private static string? PropertyFault(string property) =>
        property.Contains('/', StringComparison.Ordinal)
            ? $"The property '{Show(property)}' is not the name of one file: put folders into the key."
            : Fault(property, "property");

    private static string? Fault(string text, string what)
    {
        if (text.Length == 0)
        {
            return $"The {what} is empty: name a file or a folder below the source's path.";
        }

        if (text.Length > MaxBytes || !TryCountBytes(text, out var bytes) || bytes > MaxBytes)
        {
            return $"The {what} '{Show(text)}' ({text.Length} characters) is longer than {MaxBytes} bytes or not valid Unicode: use a shorter name.";
        }

        if (text.AsSpan().ContainsAny('%', '\\') || text.Any(char.IsControl) || (OperatingSystem.IsWindows() && text.Contains(':', StringComparison.Ordinal)))
        {
            return $"The {what} '{Show(text)}' has a control character, '%' or '\\' in it: use plain letters for file names.";
        }

        if (text.StartsWith('/'))
        {
            return $"The {what} '{Show(text)}' is absolute: give it relative to the source's path.";
        }

        return SegmentFault(text, what);
    }

    private static string? SegmentFault(string text, string what)
    {
        foreach (var segment in text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment is "." or "..")
            {
                return $"The {what} '{Show(text)}' has the segment '{segment}': a reference may not climb; make a link below the source's path instead.";
            }

            if (StrictUtf8.GetByteCount(segment) > MaxSegmentBytes)
            {
                return $"The {what} '{Show(text)}' has a segment longer than {MaxSegmentBytes} bytes: no file can be named so.";
            }
        }

        return null;
    }

    private static bool TryCountBytes(string text, out int bytes)
    {
        try
        {
            bytes = StrictUtf8.GetByteCount(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            bytes = 0;
            return false;
        }
    }

    // A hostile name must not forge lines or flood a log.
    private static string Show(string text)
    {
        var shown = text.Length <= ShownLength ? text : string.Concat(text.AsSpan(0, ShownLength), "…");
        return string.Create(shown.Length, shown, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
            }
        });
    }
}
