using System.Runtime.CompilerServices;
using System.Text;
using Google.Protobuf;

namespace SecretProviders.Xds.Mapping;

/// <summary>
/// A secret as the bytes of a <c>google.protobuf.Any</c>: encoded once per content and name, shared by all streams of
/// both protocol variants. Or why that is impossible.
/// </summary>
internal sealed class EncodedSecret
{
    private const byte TypeUrlTag = (1 << 3) | 2;
    private const byte ValueTag = (2 << 3) | 2;
    private static readonly byte[] TypeUrl = Encoding.UTF8.GetBytes(SecretTypes.SecretUrl);

    // Keyed by the instance: the encoding lives exactly as long as somebody holds the secret. One secret nearly always
    // has one name, so a second name replaces the first.
    private static readonly ConditionalWeakTable<Secret, EncodedSecret> Cache = [];

    private readonly string _name;

    private EncodedSecret(string name, SensitiveBytes? any, string? problem)
    {
        _name = name;
        Any = any;
        Problem = problem;
    }

    /// <summary>Gets the encoded <c>Any</c>, or null when there is a problem.</summary>
    public SensitiveBytes? Any { get; }

    /// <summary>Gets why the secret cannot be encoded, or null.</summary>
    public string? Problem { get; }

    /// <summary>Gets the encoding of a secret under a name, made at most once per instance unless names alternate.</summary>
    public static EncodedSecret Of(string name, Secret secret)
    {
        if (Cache.TryGetValue(secret, out var cached) && cached._name == name)
        {
            return cached;
        }

        var encoded = Encode(name, secret);
        Cache.AddOrUpdate(secret, encoded);
        return encoded;
    }

    private static EncodedSecret Encode(string name, Secret secret)
    {
        try
        {
            var message = SecretWriter.ToMessage(name, secret);
            var length = message.CalculateSize();
            var total = 1 + Varint.Length(TypeUrl.Length) + TypeUrl.Length + 1 + Varint.Length(length) + length;
            return new EncodedSecret(name, SensitiveBytes.Create(total, (message, length), static (span, state) => Write(span, state.message, state.length)), problem: null);
        }
        catch (SecretEncodingException exception)
        {
            return new EncodedSecret(name, any: null, exception.Message);
        }
    }

    private static void Write(Span<byte> span, IMessage message, int length)
    {
        span[0] = TypeUrlTag;
        span = span[(1 + Varint.Write(span[1..], TypeUrl.Length))..];
        TypeUrl.CopyTo(span);
        span = span[TypeUrl.Length..];
        span[0] = ValueTag;
        span = span[(1 + Varint.Write(span[1..], length))..];
        message.WriteTo(span[..length]);
    }
}
