using SecretProviders.Aggregation;
using SecretProviders.Aggregation.Readers;

namespace SecretProviders.Tests.Aggregation.Readers;

public sealed class LoggedRejectionsTests
{
    private static readonly SecretVersion First = new(new string('1', 64));
    private static readonly SecretVersion Second = new(new string('2', 64));
    private readonly LoggedRejections _rejections = new();

    [Fact]
    public void First_refusal_is_news() => Assert.True(_rejections.IsNews("envoy", First));

    [Fact]
    public void Repeated_refusal_is_not()
    {
        _rejections.IsNews("envoy", First);

        Assert.False(_rejections.IsNews("envoy", First));
    }

    [Fact]
    public void Another_consumer_is_news()
    {
        _rejections.IsNews("envoy", First);

        Assert.True(_rejections.IsNews("other", First));
    }

    [Fact]
    public void Another_version_is_news()
    {
        _rejections.IsNews("envoy", First);

        Assert.True(_rejections.IsNews("envoy", Second));
    }

    [Fact]
    public void Consumers_that_rename_themselves_do_not_fill_the_log() =>
        Assert.Equal(LoggedRejections.MaxConsumers, Enumerable.Range(0, 10_000).Count(number => _rejections.IsNews($"envoy-{number}", First)));
}
