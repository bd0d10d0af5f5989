using System.Text;
using SecretProviders.Xds.Protos.Core;

namespace SecretProviders.Xds.Mapping;

/// <summary>Reads what a message carries inline.</summary>
internal static class InlineData
{
    /// <summary>Gets the bytes of a field, or null when it is not set.</summary>
    /// <exception cref="UnreadableSecretException">The field refers to something outside the message.</exception>
    public static SensitiveBytes? Find(DataSource? source, string place) => source?.SpecifierCase switch
    {
        null or DataSource.SpecifierOneofCase.None => null,
        DataSource.SpecifierOneofCase.InlineBytes => SensitiveBytes.Copy(source.InlineBytes.Span),
        DataSource.SpecifierOneofCase.InlineString => SensitiveBytes.Create(
            Encoding.UTF8.GetByteCount(source.InlineString), source.InlineString, static (bytes, text) => Encoding.UTF8.GetBytes(text, bytes)),
        var outside => throw new UnreadableSecretException(place, $"it refers to something on the machine that receives it ({outside}); send the content inline."),
    };

    /// <summary>Gets the bytes of a field that must be set.</summary>
    /// <exception cref="UnreadableSecretException">The field is not set, or refers to something outside the message.</exception>
    public static SensitiveBytes Require(DataSource? source, string place) =>
        Find(source, place) ?? throw new UnreadableSecretException(new SecretProblem(SecretProblemCode.Incomplete, $"{place}: it is not set; send it."));
}
