using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>Answers that take the place of the right ones, until they are lifted or used up.</summary>
internal sealed class FakeFaults
{
    private readonly Lock _gate = new();
    private readonly List<Fault> _faults = [];

    /// <summary>Takes the question and never answers, until the client gives up or the fault is lifted.</summary>
    public static RequestDelegate Hang { get; } = static context =>
        Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);

    /// <summary>Ends the stream (or, with HTTP/1.1, the connection) without an answer.</summary>
    public static RequestDelegate Reset { get; } = static context =>
    {
        context.Abort();
        return Task.CompletedTask;
    };

    public static RequestDelegate Refuse(FakeStatus status) => status.WriteAsync;

    /// <summary>Asks to be left alone.</summary>
    /// <param name="seconds">For how long.</param>
    public static RequestDelegate Throttle(int seconds) => context =>
    {
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return new FakeStatus(429, "TooManyRequests", "too many requests, please try again later").WriteAsync(context);
    };

    /// <summary>Answers 200 with this text, and ends either well or with a broken stream.</summary>
    public static RequestDelegate Say(string text, bool broken = false) => async context =>
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(text);
        if (broken)
        {
            await context.Response.Body.FlushAsync();
            context.Abort();
        }
    };

    /// <summary>Sets an answer in place of others.</summary>
    /// <param name="answer">What to do with a request.</param>
    /// <param name="matches">Which requests, or null for all.</param>
    /// <param name="times">For how many of them.</param>
    /// <returns>Lifts it.</returns>
    public Action Add(RequestDelegate answer, Predicate<FakeQuery>? matches = null, int times = int.MaxValue)
    {
        var fault = new Fault(answer, matches ?? (static _ => true)) { Left = times };
        lock (_gate)
        {
            _faults.Add(fault);
        }

        return () =>
        {
            lock (_gate)
            {
                _faults.Remove(fault);
            }
        };
    }

    public void Clear()
    {
        lock (_gate)
        {
            _faults.Clear();
        }
    }

    /// <summary>Takes the answer that a request gets instead of the right one, or null.</summary>
    public RequestDelegate? Take(FakeQuery query)
    {
        lock (_gate)
        {
            var fault = _faults.Find(fault => fault.Matches(query));
            if (fault is not null && --fault.Left == 0)
            {
                _faults.Remove(fault);
            }

            return fault?.Answer;
        }
    }

    private sealed record Fault(RequestDelegate Answer, Predicate<FakeQuery> Matches)
    {
        public int Left { get; set; }
    }
}
