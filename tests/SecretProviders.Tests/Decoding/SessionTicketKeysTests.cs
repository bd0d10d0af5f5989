using System.Security.Cryptography;

namespace SecretProviders.Tests.Decoding;

public sealed class SessionTicketKeysTests
{
    private static readonly byte[][] Keys = [.. Enumerable.Range(0, 3).Select(static _ => RandomNumberGenerator.GetBytes(80))];

    public static TheoryData<string, byte[]> OneValue => new()
    {
        { "raw", [.. Keys[0], .. Keys[1], .. Keys[2]] },
        { "base64, one a line", Text(string.Join('\n', Keys.Select(Convert.ToBase64String)) + "\n") },
        { "base64, CRLF", Text(string.Join("\r\n", Keys.Select(Convert.ToBase64String))) },
        { "base64, lines broken at 76", Text(string.Join('\n', Keys.Select(static key => Convert.ToBase64String(key, Base64FormattingOptions.InsertLineBreaks)))) },
    };

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "empty", [] },
        { "a byte short", Keys[0][1..] },
        { "a byte long", [.. Keys[0], 0] },
        { "base64 of another length", Text(Convert.ToBase64String(Keys[0][2..])) },
        { "base64 cut short", Text(Convert.ToBase64String(Keys[0])[..^4]) },
        { "base64 with garbage", Text("!" + Convert.ToBase64String(Keys[0])[1..]) },
        { "white space", Text("\n\n") },
    };

    [Theory]
    [MemberData(nameof(OneValue))]
    public void One_value_may_hold_several_keys(string what, byte[] value)
    {
        var keys = Assert.IsType<SessionTicketKeys>(Decode.FoundSingle(value, SecretKind.SessionTicketKeys).Secret).Keys;

        Assert.True(keys.Select(static key => key.GetSpan().ToArray()).SequenceEqual(Keys, ByteArrays.Same), what);
    }

    [Fact]
    public void Fields_are_taken_in_the_ordinal_order_of_their_names()
    {
        var fields = Decode.Fields(("previous", Keys[2]), ("current", Convert.ToBase64String(Keys[1])), ("Z", Keys[0]));

        var keys = Assert.IsType<SessionTicketKeys>(Decode.Found(fields, SecretKind.SessionTicketKeys).Secret).Keys;

        Assert.Equal(Keys, keys.Select(static key => key.GetSpan().ToArray()));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_key_of_another_length_is_refused(string what, byte[] value)
    {
        var problem = Decode.Problem(Decode.Fields(("00", Keys[0]), ("01", value)), SecretKind.SessionTicketKeys);

        Assert.True(problem.Code == SecretProblemCode.Malformed, what);
        Assert.Contains("01", problem.Message, StringComparison.Ordinal);
        Assert.Contains("openssl rand 80", problem.Message, StringComparison.Ordinal);
    }

    private static byte[] Text(string text) => System.Text.Encoding.ASCII.GetBytes(text);

    private sealed class ByteArrays : IEqualityComparer<byte[]>
    {
        public static readonly ByteArrays Same = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj.Length;
    }
}
