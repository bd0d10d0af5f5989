using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace SecretProviders.Vault.Tests.Server.Auth;

/// <summary>The login method <c>cert</c>: a client certificate that chains to a role's certificate.</summary>
internal sealed class FakeCertAuth(FakeVaultDialect dialect, FakeNamespace scope, FakeTokens tokens) : IFakeBackend
{
    private readonly Dictionary<string, JsonObject> _roles = new(StringComparer.Ordinal);

    public static string NoCertificate(FakeVaultDialect dialect) =>
        dialect == FakeVaultDialect.Vault18 ? "client certificate must be supplied" : "no client certificate found";

    public FakeVaultAnswer Handle(FakeVaultRequest request, string path, FakeToken? token)
    {
        switch (path.Split('/'))
        {
            case ["certs", var role] when request.IsWrite:
                _roles[role] = request.Json()!;
                return FakeVaultAnswer.NoContent();
            case ["login"] when request.IsWrite:
                return LogIn(request);
            default:
                return FakeVaultAnswer.Unsupported();
        }
    }

    private FakeVaultAnswer LogIn(FakeVaultRequest request)
    {
        if (request.ClientCertificate is not { } certificate)
        {
            return FakeVaultAnswer.Error(400, NoCertificate(dialect));
        }

        var name = request.Text("name");
        if (name is not null && !_roles.ContainsKey(name))
        {
            return FakeVaultAnswer.Error(400, "invalid certificate or no client certificate supplied");
        }

        var (found, role) = _roles.FirstOrDefault(pair => (name is null || pair.Key == name) && Fits(pair.Value, certificate));
        if (role is null)
        {
            return FakeVaultAnswer.Error(400, "no chain matching all constraints could be found for this login certificate");
        }

        var policies = role["token_policies"] is JsonArray list ? list.Select(static policy => policy!.ToString()).ToArray() : [];
        var token = tokens.Issue(
            scope,
            "auth/cert/login",
            $"cert-{role["display_name"] ?? found}",
            policies,
            FakeDuration.Read(role["token_ttl"]),
            FakeDuration.Read(role["token_max_ttl"]),
            new Dictionary<string, string> { ["cert_name"] = found, ["common_name"] = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) },
            certificate.Thumbprint);
        return FakeVaultAnswer.Ok(null, tokens.Grant(token, token.Ttl));
    }

    private static bool Fits(JsonObject role, X509Certificate2 certificate)
    {
        using var anchor = X509Certificate2.CreateFromPem(role["certificate"]!.ToString());
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(anchor);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        var names = role["allowed_common_names"] is JsonArray list ? list.Select(static name => name!.ToString()).ToArray() : [];
        return chain.Build(certificate) && (names.Length == 0 || names.Contains(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)));
    }
}
