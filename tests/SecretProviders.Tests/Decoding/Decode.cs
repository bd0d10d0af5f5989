using System.Text;

namespace SecretProviders.Tests.Decoding;

/// <summary>Short ways to put text and bytes before the decoder.</summary>
internal static class Decode
{
    public const string Place = "store/web";

    public static SecretFields Fields(params (string Name, object Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, Bytes(field.Value))), Place);

    public static SensitiveBytes Bytes(object value) =>
        SensitiveBytes.Copy(value is string text ? Encoding.UTF8.GetBytes(text) : (byte[])value);

    public static SecretState.Found Found(SecretFields fields, SecretKind? kind = null) =>
        SecretDecoder.Decode(fields, kind) switch
        {
            SecretState.Found found => found,
            var other => throw new InvalidOperationException($"Expected Found, but got {other}."),
        };

    public static SecretState.Found FoundSingle(object value, SecretKind? kind = null) =>
        Found(SecretFields.Single(Bytes(value), Place), kind);

    public static TlsCertificate Tls(params (string Name, object Value)[] fields) =>
        Assert.IsType<TlsCertificate>(Found(Fields(fields)).Secret);

    public static SecretProblem Problem(SecretFields fields, SecretKind? kind = null)
    {
        var problem = Assert.IsType<SecretState.Invalid>(SecretDecoder.Decode(fields, kind)).Problem;
        Assert.StartsWith(Place + ": ", problem.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
        return problem;
    }

    public static SecretProblem Problem(params (string Name, object Value)[] fields) => Problem(Fields(fields));

    public static SecretProblem ProblemSingle(object value, SecretKind? kind = null) =>
        Problem(SecretFields.Single(Bytes(value), Place), kind);
}
