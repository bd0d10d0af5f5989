using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Tests.Client;

public sealed class VaultPathTests
{
    [Theory]
    [InlineData("secret/data/web", "secret/data/web")]
    [InlineData("secret/data/a b", "secret/data/a%20b")]
    [InlineData("secret/data/100%", "secret/data/100%25")]
    [InlineData("secret/data/%2e%2e/x", "secret/data/%252e%252e/x")]
    [InlineData("secret/data/a?version=1", "secret/data/a%3Fversion%3D1")]
    [InlineData("secret/data/a#b", "secret/data/a%23b")]
    [InlineData("secret/data/ü", "secret/data/%C3%BC")]
    [InlineData("secret/data/..\\x", "secret/data/..%5Cx")]
    [InlineData("authors/x", "authors/x")]
    [InlineData("secret/data/sys/mounts", "secret/data/sys/mounts")]
    [InlineData("secret/data/auth/token/app", "secret/data/auth/token/app")]
    [InlineData("team/kv/metadata/auth/token/app", "team/kv/metadata/auth/token/app")]
    [InlineData("team/author/token/app", "team/author/token/app")]
    [InlineData("kv1/auth/app", "kv1/auth/app")]
    [InlineData("kv1/auth/token", "kv1/auth/token")]
    [InlineData("database/creds/sys", "database/creds/sys")]
    public void Segments_are_escaped(string key, string expected)
    {
        Assert.Null(VaultPath.TryEscape(key, out var path));
        Assert.Equal(expected, path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/secret/data/web")]
    [InlineData("secret/data/web/")]
    [InlineData("secret//web")]
    [InlineData("secret/data/../x")]
    [InlineData("./secret")]
    [InlineData("secret/data/a\nb")]
    [InlineData("secret/data/\u202ex")]
    [InlineData("secret/data/\u0000")]
    [InlineData("secret/data/\ud800")]
    [InlineData("sys/raw/core")]
    [InlineData("auth/token/lookup-self")]
    [InlineData("v1/secret/data/web")]
    [InlineData("team/auth/token/lookup-self")]
    [InlineData("team/a/auth/token/lookup-self")]
    [InlineData("data/auth/token/lookup-self")]
    [InlineData("team/auth/token/data/x")]
    [InlineData("team/sys/raw/core")]
    [InlineData("metadata/sys/raw/core")]
    public void Other_keys_are_refused(string key) => Assert.Equal(SecretProblemCode.BadName, VaultPath.TryEscape(key, out _)?.Code);

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void Length_is_limited(int length, bool allowed) => Assert.Equal(allowed, VaultPath.TryEscape(new string('a', length), out _) is null);

    [Theory]
    [InlineData("approle", "approle")]
    [InlineData("/team a/approle/", "team%20a/approle")]
    public void Mounts_are_escaped(string mount, string expected) => Assert.Equal(expected, VaultPath.EscapeMount(mount));
}
