using System.Buffers;
using Google.Protobuf;
using SecretProviders.Xds.Sds;

namespace SecretProviders.Xds.Mapping;

/// <summary>
/// A secret as the bytes of a <c>google.protobuf.Any</c>: encoded once per content and name, shared by all streams of
/// both protocol variants. Or why that is impossible.
/// </summary>
internal sealed class EncodedSecret
{
    private const int AnyTypeUrl = 1;
    private const int AnyValue = 2;
    private const int SecretName = 1;
    private const int SecretGeneric = 5;
    private const int GenericValue = 1;
    private const int SourceInlineBytes = 2;
    private static readonly int TypeUrlLength = ResponseFields.Length(SecretTypes.SecretUrl);

    private readonly string _name;
    private readonly ReadOnlyMemory<byte> _head;
    private readonly SensitiveBytes _content;

    private EncodedSecret(string name, ReadOnlyMemory<byte> head, SensitiveBytes content, string? problem)
    {
        _name = name;
        _head = head;
        _content = content;
        Problem = problem;
    }

    /// <summary>Gets why the secret cannot be encoded, or null.</summary>
    public string? Problem { get; }

    /// <summary>Gets the number of bytes.</summary>
    public int Length => _head.Length + _content.Length;

    /// <summary>Gets the encoding of a secret under a name, made at most once per instance unless names alternate.</summary>
    public static EncodedSecret Of(string name, Secret secret)
    {
        // One secret nearly always has one name, so a second name replaces the first. Two streams at the same time may
        // both encode: the results are equal.
        if (secret.Encoded is EncodedSecret known && known._name == name)
        {
            return known;
        }

        var encoded = Encode(name, secret);
        secret.Encoded = encoded;
        return encoded;
    }

    /// <summary>Writes the bytes.</summary>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        writer.Write(_head.Span);
        writer.Write(_content.GetSpan());
        GC.KeepAlive(_content);
    }

    private static EncodedSecret Encode(string name, Secret secret)
    {
        if (secret is GenericSecret { Value: { } value })
        {
            return new EncodedSecret(name, HeadOf(name, value.Length), value, problem: null);
        }

        try
        {
            var message = SecretWriter.ToMessage(name, secret);
            var length = message.CalculateSize();
            var content = SensitiveBytes.Create(length, message, static (span, message) => message.WriteTo(span));
            return new EncodedSecret(name, AnyHead(length, more: 0).WrittenMemory, content, problem: null);
        }
        catch (SecretEncodingException exception)
        {
            return new EncodedSecret(name, head: default, SensitiveBytes.Copy([]), exception.Message);
        }
    }

    // One value comes last in its message and is not changed by it, so what stands before it is all that there is to
    // encode: no second copy of the value, which is what most of the memory of such secrets would be.
    private static ReadOnlyMemory<byte> HeadOf(string name, int length)
    {
        var source = ResponseFields.Length(length);
        var generic = ResponseFields.Length(source);
        var nameLength = ResponseFields.Length(name);
        var head = AnyHead(nameLength + ResponseFields.Length(generic), nameLength + (3 * ResponseFields.MaxHeader));
        ResponseFields.Write(head, SecretName, name);
        ResponseFields.WriteHeader(head, SecretGeneric, generic);
        ResponseFields.WriteHeader(head, GenericValue, source);
        ResponseFields.WriteHeader(head, SourceInlineBytes, length);
        return head.WrittenMemory;
    }

    private static ArrayBufferWriter<byte> AnyHead(int length, int more)
    {
        var head = new ArrayBufferWriter<byte>(TypeUrlLength + ResponseFields.MaxHeader + more);
        ResponseFields.Write(head, AnyTypeUrl, SecretTypes.SecretUrl);
        ResponseFields.WriteHeader(head, AnyValue, length);
        return head;
    }
}
