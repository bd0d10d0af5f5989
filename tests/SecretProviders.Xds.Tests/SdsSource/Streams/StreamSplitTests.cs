using SecretProviders.Sds;

namespace SecretProviders.Xds.Tests.SdsSource;

public sealed class StreamSplitTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("a", "", "")]
    [InlineData("a", "a", "")]
    [InlineData("a b", "a", "b")]
    [InlineData("a b c", "a c", "b")]
    [InlineData("a b c", "", "c")]
    [InlineData("a b c d", "", "c d")]
    [InlineData("a b c d", "a b c d", "c d")]
    [InlineData("d c b a", "gone", "c d")]
    public void Names_that_were_answered_stay_together_else_halves(string names, string answered, string leaving) =>
        Assert.Equal(Words(leaving), StreamSplit.Leaving(Words(names), Words(answered)));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public void Refused_name_is_soon_alone(int count)
    {
        string[] names = [.. Enumerable.Range(0, count).Select(static number => $"name-{number}")];
        foreach (var refused in names)
        {
            IReadOnlyCollection<string> stream = names;
            var splits = 0;
            while (stream.Count > 1)
            {
                var leaving = StreamSplit.Leaving(stream, []);
                stream = leaving.Contains(refused) ? leaving : [.. stream.Except(leaving)];
                splits++;
            }

            Assert.Equal([refused], stream);
            Assert.InRange(splits, 1, (int)Math.Ceiling(Math.Log2(count)));
        }
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
