namespace SecretProviders.Tests.Watching;

/// <summary>Waits for real events, with a generous limit so that a defect fails instead of hanging.</summary>
internal static class StreamReading
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<SecretState> ReadAsync(this IAsyncEnumerator<SecretState> watch)
    {
        Assert.True(await watch.MoveNextAsync().AsTask().WaitAsync(Patience));
        return watch.Current;
    }

    public static async Task<T> ReadAsync<T>(this IAsyncEnumerator<SecretState> watch)
        where T : SecretState => Assert.IsType<T>(await watch.ReadAsync());

    public static async Task AssertEndAsync(this IAsyncEnumerator<SecretState> watch) =>
        Assert.False(await watch.MoveNextAsync().AsTask().WaitAsync(Patience));
}
