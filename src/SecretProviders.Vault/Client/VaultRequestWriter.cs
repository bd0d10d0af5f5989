using System.Globalization;
using System.Net;
using System.Text;

namespace SecretProviders.Vault.Client;

/// <summary>Questions to HTTP requests: URLs and headers. Pure.</summary>
internal static class VaultRequestWriter
{
    /// <summary>Writes a question to one server.</summary>
    /// <param name="address">The server; may have a base path.</param>
    /// <param name="scope">The namespace, or null.</param>
    /// <param name="request">The question.</param>
    public static HttpRequestMessage Write(Uri address, string? scope, VaultRequest request)
    {
        var text = new StringBuilder(address.GetLeftPart(UriPartial.Authority))
            .Append(address.AbsolutePath.TrimEnd('/')).Append("/v1/").Append(request.Path);
        if (request.Query is not null)
        {
            text.Append('?').Append(request.Query);
        }

        // The path is escaped already; canonicalizing it would unescape what must stay a name.
        var message = new HttpRequestMessage(request.Method, new Uri(text.ToString(), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Version = address.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.Add("X-Vault-Request", "true");
        if (scope is not null)
        {
            message.Headers.Add("X-Vault-Namespace", scope);
        }

        if (request.Token is { } token)
        {
            message.Headers.TryAddWithoutValidation("X-Vault-Token", Encoding.ASCII.GetString(token.GetSpan()));
        }

        if (request.Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body.Memory);
            message.Content.Headers.Add("Content-Type", "application/json");
            message.Content.Headers.Add("Content-Length", body.Length.ToString(CultureInfo.InvariantCulture));
        }

        return message;
    }
}
