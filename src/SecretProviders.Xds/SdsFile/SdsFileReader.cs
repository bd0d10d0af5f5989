using System.Collections.Immutable;
using System.Text;
using SecretProviders.Watching;
using SecretProviders.Xds.Mapping;

namespace SecretProviders.SdsFile;

/// <summary>Reads the resource file, and one secret of it. Every failure is a state.</summary>
/// <param name="source">The source's name.</param>
/// <param name="path">The resource file's full path.</param>
/// <param name="outside">Reads what resources refer to.</param>
/// <param name="maxBytes">The size of the largest file.</param>
internal sealed class SdsFileReader(string source, string path, OutsideData outside, int maxBytes)
{
    private const string JsonExtension = ".json";
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    private string Folder => Path.GetDirectoryName(path) ?? path;

    /// <summary>Reads the resource file.</summary>
    /// <returns>What it holds, or what is to be said about every secret instead.</returns>
    public (ResourceFile? File, SecretState? Failure) ReadFile()
    {
        try
        {
            var bytes = RegularFile.Read(path, maxBytes);
            var document = Parse(bytes.GetSpan());
            GC.KeepAlive(bytes);
            return (ResourceFile.Read(document), null);
        }
        catch (ResourceFormatException exception)
        {
            return (null, Unsound($"{path}:{exception.Line}: the file {exception.Message}."));
        }
        catch (SecretSourceException exception)
        {
            return (null, exception.ToState());
        }
        catch (UnauthorizedAccessException)
        {
            return (null, new SecretState.Denied($"The file '{path}' may not be read: let this process read it."));
        }
        catch (IOException exception)
        {
            // A file that is not there says nothing about its secrets: a volume may not be mounted.
            return (null, new SecretState.Unavailable($"The file '{path}' cannot be read: {exception.Message}") { Definite = true });
        }
    }

    /// <summary>Gets the files and folders that matter to a secret beside the resource file.</summary>
    public ImmutableArray<string> PathsOf(ResourceFile file, string name)
    {
        var data = new DataSourceReader(outside: null, Folder);
        try
        {
            if (file.Find(name) is { } resource)
            {
                new SecretMessageReader(data).Read(resource);
            }
        }
        catch (ResourceFormatException)
        {
            // Told when it is read; what was met before is watched all the same.
        }

        return [.. data.Paths];
    }

    /// <summary>Reads a secret with all that it refers to.</summary>
    public SecretState Read(ResourceFile file, string name)
    {
        var data = new DataSourceReader(outside, Folder);
        try
        {
            if (file.Find(name) is not { } resource)
            {
                return new SecretState.NotFound();
            }

            var state = SecretReader.Read(new SecretMessageReader(data).Read(resource), $"{path}: secret '{name}'");
            return state is SecretState.Found found ? found with { Origin = new SecretOrigin(source) { Location = $"{path}: {name}" } } : state;
        }
        catch (ResourceFormatException exception)
        {
            return Unsound($"{path}:{exception.Line}: secret '{name}': {exception.Message}.");
        }
        catch (SecretSourceException exception)
        {
            return new SecretSourceException(exception.Code, $"{path}: secret '{name}': {exception.Message}", exception).ToState();
        }
        catch (FileNotFoundException exception)
        {
            return new SecretState.Invalid(new SecretProblem(
                SecretProblemCode.Incomplete, $"{path}: secret '{name}': the file '{exception.FileName}' is not there; put it there."));
        }
    }

    private ResourceNode Parse(ReadOnlySpan<byte> content)
    {
        content = content.StartsWith(Utf8Mark) ? content[Utf8Mark.Length..] : content;
        try
        {
            // A byte that is replaced by a question mark would be another secret.
            StrictUtf8.GetCharCount(content);
        }
        catch (DecoderFallbackException exception)
        {
            throw new ResourceFormatException(content[..exception.Index].Count((byte)'\n') + 1, "is not UTF-8; write it in UTF-8, and other bytes as inline_bytes");
        }

        return path.EndsWith(JsonExtension, StringComparison.OrdinalIgnoreCase)
            ? JsonResourceReader.Read(content)
            : YamlResourceReader.Read(StrictUtf8.GetString(content));
    }

    private static SecretState.Invalid Unsound(string message) => new(new SecretProblem(SecretProblemCode.Malformed, message));
}
