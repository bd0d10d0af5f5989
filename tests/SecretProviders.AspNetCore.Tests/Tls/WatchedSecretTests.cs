using SecretProviders.AspNetCore.Tls;
using SecretProviders.Testing;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Tls;

public sealed class WatchedSecretTests : IAsyncDisposable
{
    private readonly FakeSecretProvider _provider = new();
    private readonly WatchedSecret<object> _watched;
    private Func<object> _make = static () => new object();

    public WatchedSecretTests() => _watched = new WatchedSecret<object>(_provider, "a", _ => _make());

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Fact]
    public void Form_is_made_once_per_version()
    {
        _provider.Set("a", Generic("one"));
        var first = _watched.Get(out _);

        Assert.Same(first, _watched.Get(out _));
        _provider.Set("a", Generic("two"));
        Assert.NotSame(first, _watched.Get(out _));
    }

    [Fact]
    public void Unusable_version_is_tried_once()
    {
        _provider.Set("a", Generic("one"));
        var times = 0;
        _make = () => throw new UnusableTlsSecretException($"fails time {++times}");
        _watched.Get(out _);

        Assert.Null(_watched.Get(out var problem));

        Assert.Equal("fails time 1", problem);
    }

    [Fact]
    public void Cause_of_an_absence_is_told()
    {
        _provider.SetStatus("a", SecretStatus.Denied, new SecretProblem(SecretProblemCode.Denied, "Grant read."));

        Assert.Null(_watched.Get(out var problem));

        Assert.Equal("is Denied (Denied: Grant read.)", problem);
    }
}
