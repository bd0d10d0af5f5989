using SecretProviders;
using SecretProviders.Testing;

namespace Snippets;

internal static class Testing
{
    public static async Task RunAsync()
    {
        var provider = new FakeSecretProvider();
        using var authority = new TestCertificateAuthority();
        provider.Set("server_cert", authority.Issue("api.example").Secret);

        await StartMyProxyWith(provider);                       // the code under test
        await provider.WhenSubscribedAsync("server_cert");
        provider.Set("server_cert", authority.Issue("api.example").Secret);   // a rotation
        var report = await provider.WhenReportedAsync(r => r.Outcome == SecretOutcome.Applied);
    }

    private static Task StartMyProxyWith(ISecretProvider provider) => Task.FromResult(provider);
}
