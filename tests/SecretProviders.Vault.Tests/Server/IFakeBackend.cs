using SecretProviders.Vault.Tests.Server.Auth;

namespace SecretProviders.Vault.Tests.Server;

/// <summary>A secrets engine or a login method of the fake. Called one request at a time.</summary>
internal interface IFakeBackend
{
    /// <summary>Answers a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="path">The path behind the mount.</param>
    /// <param name="token">The token that was shown, or null at a login.</param>
    FakeVaultAnswer Handle(FakeVaultRequest request, string path, FakeToken? token);
}
