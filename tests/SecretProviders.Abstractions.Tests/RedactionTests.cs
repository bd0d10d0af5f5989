namespace SecretProviders.Tests;

public sealed class RedactionTests
{
    public static TheoryData<string, object> Holders
    {
        get
        {
            var found = new SecretState.Found(Samples.WithMarker);
            return new()
            {
                { "bytes", Samples.Bytes(Samples.Marker) },
                { "key", Samples.Key(Samples.Marker) },
                { "Found", found },
                { "NotFound", new SecretState.NotFound { LastGood = found } },
                { "Removed", new SecretState.Removed(RemovalReason.Deleted) { LastGood = found } },
                { "Denied", new SecretState.Denied("grant it") { LastGood = found } },
                { "Invalid", new SecretState.Invalid(new SecretProblem(SecretProblemCode.Malformed, "broken")) { LastGood = found } },
                { "Unavailable", new SecretState.Unavailable("down") { LastGood = found } },
                { "snapshot", new SecretSnapshot("name", SecretStatus.Available) { Secret = Samples.WithMarker } },
                { "batch", new SecretChangeBatch(1, [new SecretSnapshot("name", SecretStatus.Available) { Secret = Samples.WithMarker }]) },
                { "explanation", new SecretExplanation(new SecretSnapshot("name", SecretStatus.Available) { Secret = Samples.WithMarker }, "**", "it won") },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Holders))]
    public void Nothing_that_holds_private_bytes_prints_them(string what, object holder)
    {
        Assert.NotEmpty(what);
        Redaction.AssertHidden(holder.ToString());
        Redaction.AssertHidden($"{holder}");
    }
}
