using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SecretProviders.Host.Output;

namespace SecretProviders.Host.Admin;

/// <summary>
/// Answers operators over HTTP/1.1. Names travel in the query, since a path would be split at their slashes.
/// Beyond loopback only the two probes are answered; private material goes over a Unix socket only.
/// </summary>
/// <param name="reader">Answers.</param>
/// <param name="readiness">Judges readiness.</param>
/// <param name="isUnixSocket">Whether file permissions guard the listener.</param>
/// <param name="stopping">Ends open watches when the server stops.</param>
internal sealed class AdminEndpoints(ISecretReader reader, Readiness readiness, bool isUnixSocket, CancellationToken stopping)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    /// <summary>Maps what a probe needs.</summary>
    public void MapProbes(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(AdminProtocol.Health, static context => context.Response.WriteAsync("ok\n"));
        endpoints.MapGet(AdminProtocol.Ready, GetReadyAsync);
    }

    /// <summary>Maps what tells about secrets.</summary>
    public void MapQuestions(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(AdminProtocol.Get, GetAsync);
        endpoints.MapGet(AdminProtocol.Watch, WatchAsync);
        endpoints.MapGet(AdminProtocol.Explain, ExplainAsync);
    }

    /// <summary>
    /// Refuses a TCP request that came by a host name other than localhost: a web page that rebinds its own name to
    /// loopback would send one.
    /// </summary>
    public Task RefuseForeignHosts(HttpContext context, RequestDelegate next)
    {
        var host = context.Request.Host.Host;
        return isUnixSocket || host == "localhost" || IPAddress.TryParse(host, out _)
            ? next(context)
            : RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, "ask by IP address or as localhost");
    }

    private static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync($"{message}\n", context.RequestAborted);
    }

    private static TimeSpan TimeoutOf(HttpContext context) =>
        uint.TryParse(context.Request.Query[AdminProtocol.Timeout], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, int.MaxValue))
            : DefaultTimeout;

    private static async Task WriteLineAsync(HttpContext context, SecretView view, CancellationToken cancellationToken)
    {
        await JsonSerializer.SerializeAsync(context.Response.BodyWriter, view, ViewJson.Readable.SecretView, cancellationToken);
        await context.Response.BodyWriter.WriteAsync(NewLine, cancellationToken);
        view.Material?.Clear();
    }

    private Task GetReadyAsync(HttpContext context)
    {
        var obstacles = readiness.Obstacles();
        context.Response.StatusCode = obstacles.IsEmpty ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(obstacles.IsEmpty ? "ready\n" : $"not ready\n{string.Join('\n', obstacles)}\n");
    }

    private Task GetAsync(HttpContext context) => AnswerAsync(context, async (name, reveal) =>
    {
        var view = await reader.GetAsync(name, reveal, TimeoutOf(context), context.RequestAborted);
        context.Response.ContentType = "application/json";
        await WriteLineAsync(context, view, context.RequestAborted);
    });

    private Task ExplainAsync(HttpContext context) => AnswerAsync(context, async (name, _) =>
    {
        var explanation = await reader.ExplainAsync(name, TimeoutOf(context), context.RequestAborted);
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.BodyWriter, explanation, ViewJson.Readable.ExplanationView, context.RequestAborted);
        await context.Response.BodyWriter.WriteAsync(NewLine, context.RequestAborted);
    });

    private async Task WatchAsync(HttpContext context)
    {
        if (!TryReveal(context, out var reveal))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, AdminProtocol.RevealNeedsUnixSocket);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        IAsyncEnumerable<SecretView> views;
        try
        {
            views = reader.WatchAsync([.. context.Request.Query[AdminProtocol.Name].OfType<string>()], reveal, either.Token);
        }
        catch (SecretLimitException exception)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, exception.Message);
            return;
        }

        context.Response.ContentType = "application/x-ndjson";
        await context.Response.StartAsync(either.Token);
        await foreach (var view in views)
        {
            await WriteLineAsync(context, view, either.Token);
        }
    }

    private async Task AnswerAsync(HttpContext context, Func<string, bool, Task> answer)
    {
        if (context.Request.Query[AdminProtocol.Name] is not [{ Length: > 0 } name])
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"ask for one name: {context.Request.Path}?{AdminProtocol.Name}=NAME");
        }
        else if (!TryReveal(context, out var reveal))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, AdminProtocol.RevealNeedsUnixSocket);
        }
        else
        {
            await answer(name, reveal);
        }
    }

    private bool TryReveal(HttpContext context, out bool reveal)
    {
        reveal = context.Request.Query[AdminProtocol.Reveal] == "true";
        return !reveal || isUnixSocket;
    }
}
