using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace SecretProviders.Vault.Tests.Server;

/// <summary>One server of the fake on loopback: its own seal and its own role in the cluster, and faults of the way to it.</summary>
internal sealed class FakeVaultNode : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ConcurrentDictionary<string, FakeVaultFault> _faults = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<FakeVaultRequest> _requests = new();
    private readonly ConcurrentQueue<(FakeVaultRequest Request, int Status)> _answers = new();
    private WebApplication? _app;
    private int _port;

    public FakeVaultNode(FakeVault vault, X509Certificate2? certificate = null)
    {
        Vault = vault;
        Certificate = certificate;
    }

    public FakeVault Vault { get; }

    public X509Certificate2? Certificate { get; }

    public string Address => $"{(Certificate is null ? "http" : "https")}://127.0.0.1:{_port}";

    public bool Sealed { get; set; }

    public bool Initialised { get; set; } = true;

    /// <summary>Gets or sets the active node while this one is a standby; null when it is active itself.</summary>
    public FakeVaultNode? Active { get; set; }

    /// <summary>Gets or sets a value indicating whether this is a standby that knows no active node.</summary>
    public bool IsLost { get; set; }

    /// <summary>Gets or sets a value indicating whether a standby sends clients away instead of asking for them.</summary>
    public bool Redirects { get; set; }

    /// <summary>Gets every request that came in, in order.</summary>
    public IReadOnlyList<FakeVaultRequest> Requests => [.. _requests];

    /// <summary>Gets every request that was answered, with the status, in order.</summary>
    public IReadOnlyList<(FakeVaultRequest Request, int Status)> Answers => [.. _answers];

    public static async Task<FakeVaultNode> StartAsync(FakeVault vault, X509Certificate2? certificate = null)
    {
        var node = new FakeVaultNode(vault, certificate);
        await node.ListenAsync();
        return node;
    }

    /// <summary>Counts the requests of a path, and of one method or of any.</summary>
    public int Count(string path, string? method = null) => _requests.Count(request => request.Path == path && (method is null || request.Method == method));

    /// <summary>Lets every request whose path starts so meet a fault, until <see cref="Heal"/>.</summary>
    public void Break(string path, FakeVaultFault fault) => _faults[path] = fault;

    public void Heal(string path)
    {
        if (_faults.TryRemove(path, out var fault))
        {
            fault.End();
        }
    }

    /// <summary>Closes the port.</summary>
    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            foreach (var path in _faults.Keys)
            {
                Heal(path);
            }

            using var patience = new CancellationTokenSource(TimeSpan.Zero);
            await app.StopAsync(patience.Token);
            await app.DisposeAsync();
        }
    }

    /// <summary>Opens the port, the same as before.</summary>
    public async Task ListenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, _port, listen =>
            {
                if (Certificate is not null)
                {
                    listen.UseHttps(Certificate, tls =>
                    {
                        tls.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                        tls.AllowAnyClientCertificate();
                    });
                }
            });
        });
        _app = builder.Build();
        _app.Run(HandleAsync);
        await _app.StartAsync();
        _port = new Uri(_app.Urls.Single()).Port;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static async Task<FakeVaultRequest> ReadAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?')[0];
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return new FakeVaultRequest
        {
            Method = context.Request.Method,
            Path = path.StartsWith("/v1/", StringComparison.Ordinal) ? Uri.UnescapeDataString(path["/v1/".Length..]) : path,
            Target = target,
            Query = context.Request.Query.ToDictionary(static pair => pair.Key, static pair => pair.Value.ToString(), StringComparer.Ordinal),
            Headers = context.Request.Headers.ToDictionary(static pair => pair.Key, static pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Body = body.ToArray(),
            ClientCertificate = await context.Connection.GetClientCertificateAsync(context.RequestAborted),
        };
    }

    private async Task HandleAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        _requests.Enqueue(request);
        var fault = _faults.FirstOrDefault(pair => request.Path.StartsWith(pair.Key, StringComparison.Ordinal)).Value;
        if (fault is not null && await fault.MeetAsync(context, request))
        {
            return;
        }

        var answer = fault?.Answer ?? Answer(request);
        _answers.Enqueue((request, answer.Status));
        await (fault?.HoldAsync(context) ?? Task.CompletedTask);
        await WriteAsync(context, answer, fault);
    }

    private FakeVaultAnswer Answer(FakeVaultRequest request)
    {
        if (FakeVaultEdge.Refuse(request) is { } refusal)
        {
            return refusal;
        }

        if (FakeVaultEdge.Health(this, request) is { } health)
        {
            return health;
        }

        if (Sealed || !Initialised)
        {
            var isChecked = Vault.Dialect == FakeVaultDialect.Vault18 && !request.Path.EndsWith("/login", StringComparison.Ordinal);
            return FakeVaultAnswer.Error(503, isChecked ? "error performing token check: Vault is sealed" : "Vault is sealed");
        }

        if (IsLost)
        {
            return FakeVaultAnswer.Error(500, "local node not active but active cluster node not found");
        }

        var servesReads = Vault.Dialect == FakeVaultDialect.OpenBao26 && request.Method is "GET" or "LIST";
        if (Active is { } active && !servesReads && (Redirects || request.Header("X-Vault-No-Request-Forwarding") is not null))
        {
            return new FakeVaultAnswer(307) { Headers = new Dictionary<string, string> { ["Location"] = active.Address + request.Target } };
        }

        return Vault.Handle(request);
    }

    private async Task WriteAsync(HttpContext context, FakeVaultAnswer answer, FakeVaultFault? fault)
    {
        var bytes = answer.Raw ?? (answer.Body is { } json ? Encoding.UTF8.GetBytes(json.ToJsonString(Compact) + "\n") : []);
        context.Response.StatusCode = answer.Status;
        if (answer.Status != 400 || bytes.Length > 0)
        {
            context.Response.Headers.CacheControl = "no-store";
            if (Vault.Dialect == FakeVaultDialect.OpenBao26)
            {
                context.Response.Headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
            }

            if (answer.Status != 307)
            {
                context.Response.Headers.ContentType = "application/json";
            }
        }

        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (answer.Status != 204 && context.Request.Method != "HEAD")
        {
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, fault is { CutsBody: true } ? bytes.Length / 2 : bytes.Length), context.RequestAborted);
        }

        if (fault is { CutsBody: true })
        {
            context.Abort();
        }
    }
}
