namespace SecretProviders.Xds.Grpc;

/// <summary>Where a server listens: a Unix socket, or a base URI for cleartext HTTP/2 or TLS.</summary>
/// <param name="BaseUri">What requests are addressed to.</param>
/// <param name="SocketPath">The Unix socket's path, or null.</param>
internal sealed record GrpcAddress(Uri BaseUri, string? SocketPath)
{
    private const string UnixScheme = "unix:";

    // The authority of a Unix socket; servers refuse a path there.
    private static readonly Uri Localhost = new("http://localhost/");

    /// <summary>Reads <c>unix:/path</c>, <c>unix:///path</c>, <c>http://host:port</c> or <c>https://host:port</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static GrpcAddress Parse(string text)
    {
        if (text.StartsWith(UnixScheme, StringComparison.Ordinal))
        {
            var path = text[UnixScheme.Length..];
            path = path.StartsWith("///", StringComparison.Ordinal) ? path[2..] : path;
            return path.Length != 0 && !path.StartsWith("//", StringComparison.Ordinal)
                ? new GrpcAddress(Localhost, path)
                : throw new FormatException($"The address '{text}' names no socket: write unix:/path/to/socket.");
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri is { AbsolutePath: "/", Query: "", UserInfo: "" }
            ? new GrpcAddress(uri, SocketPath: null)
            : throw new FormatException($"The address '{text}' is not understood: write unix:/path, http://host:port or https://host:port.");
    }
}
