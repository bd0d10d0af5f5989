using System.Text;
using SecretProviders.Xds.Protos.Core;

namespace SecretProviders.Xds.Mapping;

/// <summary>Reads what a message carries and, where that is allowed, the files that it names.</summary>
/// <param name="readFile">Reads a file by its path, or throws <see cref="SecretSourceException"/> or <see cref="FileNotFoundException"/>; null where files must not be read.</param>
internal sealed class DataReader(Func<string, SensitiveBytes>? readFile)
{
    /// <summary>Gets the reader that looks at nothing but the message.</summary>
    public static DataReader Inline { get; } = new(readFile: null);

    /// <summary>Gets the bytes of a field, or null when it is not set.</summary>
    /// <exception cref="UnreadableSecretException">The field refers to something outside the message that may not or cannot be read.</exception>
    public SensitiveBytes? Find(DataSource? source, string place) => source?.SpecifierCase switch
    {
        null or DataSource.SpecifierOneofCase.None => null,
        DataSource.SpecifierOneofCase.InlineBytes => SensitiveBytes.Copy(source.InlineBytes.Span),
        DataSource.SpecifierOneofCase.InlineString => SensitiveBytes.Create(
            Encoding.UTF8.GetByteCount(source.InlineString), source.InlineString, static (bytes, text) => Encoding.UTF8.GetBytes(text, bytes)),
        DataSource.SpecifierOneofCase.Filename => ReadFile(source.Filename, place),
        _ => throw new UnreadableSecretException(place, "it names an environment variable of this machine, which is never read on the word of another; send the content inline."),
    };

    /// <summary>Gets the bytes of a field that must be set.</summary>
    /// <exception cref="UnreadableSecretException">The field is not set, or refers to something outside the message that may not or cannot be read.</exception>
    public SensitiveBytes Require(DataSource? source, string place) =>
        Find(source, place) ?? throw new UnreadableSecretException(new SecretProblem(SecretProblemCode.Incomplete, $"{place}: it is not set; send it."));

    private SensitiveBytes ReadFile(string path, string place)
    {
        if (readFile is null)
        {
            throw new UnreadableSecretException(place, "it names a file of this machine, which is not allowed; send the content inline, or set allowFilenames.");
        }

        try
        {
            return readFile(path);
        }
        catch (SecretSourceException exception)
        {
            throw new UnreadableSecretException(new SecretSourceException(exception.Code, $"{place}: {exception.Message}", exception).ToState());
        }
        catch (FileNotFoundException exception)
        {
            throw new UnreadableSecretException(new SecretProblem(SecretProblemCode.Incomplete, $"{place}: the file '{exception.FileName}' is not there; put it there."));
        }
    }
}
