namespace SecretProviders.Host.Admin;

/// <summary>The words that the admin listener and its client share.</summary>
internal static class AdminProtocol
{
    /// <summary>The value of the <c>Server</c> header, by which a client knows that it has found one of us.</summary>
    public const string Server = "SecretProviders";

    public const string Health = "/healthz";
    public const string Ready = "/readyz";
    public const string Get = "/v1/get";
    public const string Watch = "/v1/watch";
    public const string Explain = "/v1/explain";

    public const string Name = "name";
    public const string Reveal = "reveal";

    /// <summary>A whole number of milliseconds.</summary>
    public const string Timeout = "timeoutMs";

    /// <summary>The length of the longest question: names travel in the first line of a request, some thousand of them.</summary>
    public const int MaxQuestion = 1024 * 1024;

    public const string RevealNeedsUnixSocket =
        "private material is told over a Unix socket only, where file permissions say who may ask; set server.admin: { unix: PATH }";
}
