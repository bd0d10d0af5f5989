namespace SecretProviders.Vault.Tests.Server;

/// <summary>A rate limit on paths that begin so: a few requests pass, and the others are asked to come later.</summary>
internal sealed class FakeQuota(string path, int rate, int seconds)
{
    private int _taken;

    public string Path => path;

    public bool TryTake() => _taken < rate && ++_taken > 0;

    public FakeVaultAnswer Refuse(string asked)
    {
        var answer = FakeVaultAnswer.Error(429, $"request path \"{asked}\": rate limit quota exceeded");
        answer.Headers["Retry-After"] = $"{seconds}";
        return answer;
    }

    /// <summary>Adds the headers that tell of the limit.</summary>
    public void Show(string asked, FakeVaultAnswer answer)
    {
        if (asked.StartsWith(path, StringComparison.Ordinal))
        {
            answer.Headers["X-Ratelimit-Limit"] = $"{rate}";
            answer.Headers["X-Ratelimit-Remaining"] = $"{rate - _taken}";
            answer.Headers["X-Ratelimit-Reset"] = $"{seconds}";
        }
    }
}
