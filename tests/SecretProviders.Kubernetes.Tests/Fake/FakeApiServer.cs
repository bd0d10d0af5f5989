using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SecretProviders.Testing;

namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>
/// A Kubernetes API server in this process, on loopback with TLS: the few kinds of objects that the source reads, with
/// the real server's answers, and its quirks at the touch of a test.
/// </summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    public const string AdminToken = "token-of-admin";
    public const string LimitedToken = "token-of-limited";
    public const string Limited = "limited";
    private readonly WebApplication _application;

    private FakeApiServer()
    {
        Access.AddToken(AdminToken, "admin");
        Access.AddToken(LimitedToken, Limited);
        Access.Grant("admin", FakeRule.Everything);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, Listen));
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    /// <summary>Gets who signed the server's certificate, and signs those of clients; their common name is the user.</summary>
    public TestCertificateAuthority Authority { get; } = new("Cluster of tests");

    public Uri Address { get; private set; } = new("https://127.0.0.1");

    public FakeStore Store { get; } = new();

    public FakeAccess Access { get; } = new();

    public FakeFaults Faults { get; } = new();

    public FakeTraffic Traffic { get; } = new();

    public FakeConnections Connections { get; } = new();

    /// <summary>Gets what is served; more can be added, as a custom resource definition does.</summary>
    public ConcurrentDictionary<FakeResource, bool> Served { get; } = new(
        new[] { FakeResource.Secrets, FakeResource.ConfigMaps, FakeResource.ClusterTrustBundles }
            .Select(static resource => KeyValuePair.Create(resource, true)));

    /// <summary>Gets or sets whether the server streams lists, as newer ones; without, it refuses as 1.20 does.</summary>
    public bool StreamsLists { get; set; } = true;

    /// <summary>Gets or sets whether an old version is answered by an HTTP status instead of an event; both happen.</summary>
    public bool SaysExpiredByStatus { get; set; }

    public static async Task<FakeApiServer> StartAsync()
    {
        var server = new FakeApiServer();
        await server._application.StartAsync();
        server.Address = new Uri(server._application.Urls.Single());
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Connections.GoDown();
        await _application.DisposeAsync();
        Authority.Dispose();
    }

    private void Listen(ListenOptions listen)
    {
        var issued = Authority.Issue("localhost", new() { IpAddresses = [IPAddress.Loopback], DnsNames = ["localhost"], Lifetime = TimeSpan.FromDays(1000) });
        using var pem = X509Certificate2.CreateFromPem(
            System.Text.Encoding.ASCII.GetString(issued.CertificatePem), System.Text.Encoding.ASCII.GetString(issued.PrivateKeyPem));
        var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
        listen.Use(Connections.Guard);
        listen.UseHttps(certificate, options =>
        {
            options.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            options.ClientCertificateValidation = (client, _, _) => client.IssuerName.RawData.SequenceEqual(Authority.Certificate.Load().SubjectName.RawData);
        });
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var user = UserOf(context);
        if (user is null)
        {
            await FakeStatus.Unauthorized.WriteAsync(context);
            return;
        }

        if (context.Request.Path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
        {
            Traffic.AddReview();
            var review = await JsonNode.ParseAsync(context.Request.Body);
            await FakeStatus.WriteAsync(context, StatusCodes.Status201Created, Access.Review(user, (JsonObject)review!));
            return;
        }

        try
        {
            var query = FakeQuery.Read(context.Request, Served.Keys);
            await (query is null ? FakeStatus.NotServed.WriteAsync(context) : AnswerAsync(context, user, query));
        }
        catch (FormatException exception)
        {
            await new FakeStatus(400, "BadRequest", exception.Message).WriteAsync(context);
        }
    }

    private Task AnswerAsync(HttpContext context, string user, FakeQuery query)
    {
        Traffic.Add(query);
        if (Faults.Take(query) is { } fault)
        {
            return fault(context);
        }

        if (!Access.Allows(user, query.Verb, query.Resource.Group, query.Resource.Plural, query.Namespace, query.Name))
        {
            return FakeStatus.Forbidden(user, query).WriteAsync(context);
        }

        return query switch
        {
            { IsWatch: true } => WatchAsync(context, query),
            { IsList: true } => ListAsync(context, query),
            _ => GetAsync(context, query),
        };
    }

    private Task GetAsync(HttpContext context, FakeQuery query) =>
        Store.Find(query.Resource, query.Namespace!, query.Name!) is { } found
            ? FakeStatus.WriteAsync(context, StatusCodes.Status200OK, found.ToJson(withKind: true, query.MetadataOnly))
            : FakeStatus.NotFound(query).WriteAsync(context);

    private Task ListAsync(HttpContext context, FakeQuery query) =>
        FakeLists.Answer(query, Store, out var refusal) is { } list
            ? FakeStatus.WriteAsync(context, StatusCodes.Status200OK, list)
            : refusal!.WriteAsync(context);

    private async Task WatchAsync(HttpContext context, FakeQuery query)
    {
        if (RefusalOf(query) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        using var watch = new FakeWatch(query, Store, context);
        try
        {
            await watch.RunAsync(Traffic.Open);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left in the middle of an event.
        }
        finally
        {
            Traffic.Close(watch);
        }
    }

    private FakeStatus? RefusalOf(FakeQuery query)
    {
        if (!StreamsLists && query.ResourceVersionMatch is not null)
        {
            return FakeStatus.NoStreamingLists;
        }

        if (query.SendsInitialEvents != (query.ResourceVersionMatch == "NotOlderThan"))
        {
            return new FakeStatus(422, "Invalid", "sendInitialEvents and resourceVersionMatch NotOlderThan go together");
        }

        return SaysExpiredByStatus && query.ResourceVersion is { } version && version != "0" && !Store.Remembers(long.Parse(version))
            ? FakeStatus.Expired
            : null;
    }

    private string? UserOf(HttpContext context)
    {
        if (context.Request.Headers.Authorization is [{ } header] && header.StartsWith("Bearer ", StringComparison.Ordinal))
        {
            return Access.UserOf(header["Bearer ".Length..]);
        }

        return context.Connection.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false) ?? "system:anonymous";
    }
}
