using System.Security.Cryptography;

namespace SecretProviders.Decoding;

/// <summary>
/// The PEM blocks (RFC 7468) of a text, in order, whatever stands around them. A block that begins and is not sound is
/// an error and never skipped: a chain that lost a certificate to a torn write must not pass for a shorter chain.
/// </summary>
internal ref struct PemBlocks(ReadOnlySpan<byte> text, string where)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _next = FindBegin(text, 0);
    private int _number;

    private static ReadOnlySpan<byte> Begin => "-----BEGIN "u8;

    public PemBlock Current { get; private set; }

    /// <summary>Tells whether a text holds the beginning of any block.</summary>
    public static bool IsIn(ReadOnlySpan<byte> text) => FindBegin(text, 0) < text.Length;

    public readonly PemBlocks GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_next >= _text.Length)
        {
            return false;
        }

        // Handing the BCL no more than one block keeps the whole linear, however many broken blocks there are.
        var start = _next;
        _next = FindBegin(_text, start + Begin.Length);
        var block = WithoutTextBehind(_text[start.._next]);
        var blockWhere = $"{where}: PEM block {++_number}";
        if (!PemEncoding.TryFindUtf8(block, out var fields) || fields.Location.Start.Value != 0)
        {
            throw Unsound(block, blockWhere);
        }

        Current = new PemBlock(block, fields, blockWhere);
        return true;
    }

    private static UnsoundSecretException Unsound(ReadOnlySpan<byte> block, string where) =>
        new(SecretProblemCode.Malformed, where, block switch
        {
            _ when block.IndexOf("Proc-Type:"u8) >= 0 && block.IndexOf("ENCRYPTED"u8) >= 0 => PrivateKeyReader.EncryptedMessage,
            _ when block.IndexOf("-----END "u8) < 0 => "the block has no END line; write it again as a whole.",
            _ => "the block is not sound base64 between equal BEGIN and END labels; write it again as a whole.",
        });

    // Text behind the END line may be in any encoding and is none of the block.
    private static ReadOnlySpan<byte> WithoutTextBehind(ReadOnlySpan<byte> block)
    {
        var end = block.IndexOf("-----END "u8);
        var lineFeed = end < 0 ? -1 : block[end..].IndexOf((byte)'\n');
        return lineFeed < 0 ? block : block[..(end + lineFeed)];
    }

    // A block begins where a line does, blanks aside: a block that was commented out is text.
    private static int FindBegin(ReadOnlySpan<byte> text, int start)
    {
        while (start < text.Length && text[start..].IndexOf(Begin) is >= 0 and var offset)
        {
            var found = start + offset;
            var before = text[..found].TrimEnd(" \t"u8);
            if (before.IsEmpty || before[^1] is (byte)'\n' or (byte)'\r')
            {
                return found;
            }

            start = found + Begin.Length;
        }

        return text.Length;
    }
}
