using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using SecretProviders.Host.Configuration;
using SecretProviders.Vault;

namespace SecretProviders.Host.Sources;

/// <summary>Reads the settings of a <c>vault</c> source.</summary>
internal static class VaultBinding
{
    public static Action<ISecretProvidersBuilder> Bind(string name, SectionReader section)
    {
        var addresses = Addresses(section);
        var scope = section.Text("namespace");
        var poll = section.Duration("poll");
        var timeout = section.Duration("timeout");
        var revokeLeases = section.Flag("revokeLeases");
        var revokeCertificates = section.Flag("revokeCertificates");
        var tls = section.StoreTls();
        var auth = Auth(section);
        return builder => builder.AddVault(name, options =>
        {
            foreach (var address in addresses)
            {
                options.Addresses.Add(address);
            }

            options.Namespace = scope;
            options.Poll = poll ?? options.Poll;
            options.Timeout = timeout ?? options.Timeout;
            options.RevokeLeases = revokeLeases ?? options.RevokeLeases;
            options.RevokeCertificates = revokeCertificates ?? options.RevokeCertificates;
            tls(options.Tls);
            auth(options.Auth);
        });
    }

    private static ImmutableArray<string> Addresses(SectionReader section)
    {
        if (section.Has("address") == section.Has("addresses"))
        {
            section.Text("address");
            section.Texts("addresses");
            section.Refuse("needs exactly one of address and addresses: https://host:port");
            return [];
        }

        return section.Has("address") ? [section.Text("address") ?? string.Empty] : section.Texts("addresses");
    }

    private static Action<VaultAuthOptions> Auth(SectionReader section) => section.Map("auth", static auth =>
    {
        var token = auth.Credential("token");
        var appRole = auth.Has("appRole") ? auth.Map("appRole", AppRole) : null;
        var kubernetes = auth.Has("kubernetes") ? auth.Map("kubernetes", Kubernetes) : null;
        var jwt = auth.Has("jwt") ? auth.Map("jwt", Jwt) : null;
        var cert = auth.Has("cert") ? auth.Map("cert", Certificate) : null;
        string[] methods = ["token", "appRole", "kubernetes", "jwt", "cert"];
        if (methods.Count(auth.Has) != 1)
        {
            auth.Refuse("needs exactly one of token, appRole, kubernetes, jwt and cert");
        }

        return (Action<VaultAuthOptions>)(options =>
        {
            options.Token = token;
            options.AppRole = appRole;
            options.Kubernetes = kubernetes;
            options.Jwt = jwt;
            options.Certificate = cert;
        });
    });

    private static VaultAppRoleOptions AppRole(SectionReader section)
    {
        var options = new VaultAppRoleOptions { RoleId = section.RequiredText("roleId", "write the role's id") };
        var file = section.FilePath("secretIdFile");
        var secretId = section.Credential("secretId");
        if (file is not null && secretId is not null)
        {
            section.Refuse("secretIdFile", "is there beside secretId; keep one");
        }

        options.SecretId = file is null ? secretId : SecretCredential.FromFile(file);
        options.SecretIdWrapped = section.Flag("wrapped") ?? options.SecretIdWrapped;
        options.Mount = section.Text("mount") ?? options.Mount;
        return options;
    }

    private static VaultKubernetesOptions Kubernetes(SectionReader section)
    {
        var options = new VaultKubernetesOptions { Role = section.RequiredText("role", "write the role that Vault has for this service account") };
        options.Jwt = section.Credential("jwt") ?? options.Jwt;
        options.Mount = section.Text("mount") ?? options.Mount;
        return options;
    }

    private static VaultJwtOptions Jwt(SectionReader section)
    {
        var options = new VaultJwtOptions { Role = section.Text("role"), Jwt = section.Credential("jwt") };
        if (!section.Has("jwt"))
        {
            section.Refuse("jwt", "is missing; write { file: PATH } or { secret: NAME }");
        }

        options.Mount = section.Text("mount") ?? options.Mount;
        return options;
    }

    private static VaultCertificateOptions Certificate(SectionReader section)
    {
        var options = new VaultCertificateOptions { Role = section.Text("role"), Certificate = section.Credential("certificate") };
        if (!section.Has("certificate"))
        {
            section.Refuse("certificate", "is missing; write { file: PATH } or { secret: NAME }");
        }

        options.Mount = section.Text("mount") ?? options.Mount;
        return options;
    }
}
