using System.Collections.Concurrent;
using System.Text;
using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Tests.Watching;

/// <summary>Plays an API server by a script: each question takes the next answer; when there is none, it waits for ever.</summary>
internal sealed class ScriptedClient : IKubernetesClient
{
    private readonly ConcurrentQueue<Answer> _answers = new();
    private readonly SemaphoreSlim _asked = new(0);

    public delegate Task Answer(Question question, CancellationToken cancellationToken);

    /// <summary>Gets what was asked, in order, reviews aside.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Gets of what lists were asked for, in order.</summary>
    public ConcurrentQueue<ObjectSelection> Listed { get; } = new();

    /// <summary>Gets or sets what reviews say of a selection.</summary>
    public Func<ObjectSelection, bool?> Permits { get; set; } = static _ => true;

    public static Answer Refuse(int code, string? reason = null, TimeSpan? retryAfter = null) =>
        (_, _) => throw new ApiException(code, reason, "scripted") { RetryAfter = retryAfter };

    public static Answer Fail(Exception exception) => (_, _) => Task.FromException(exception);

    /// <summary>A page of a list.</summary>
    public static Answer Page(string version, params IEnumerable<string> names) => (question, _) =>
    {
        foreach (var name in names)
        {
            question.Item(name, version);
        }

        question.Result = new ListPage(version, null);
        return Task.CompletedTask;
    };

    /// <summary>A page of a list that goes on.</summary>
    public static Answer PageOf(string version, string next, params IEnumerable<string> names) => (question, _) =>
    {
        foreach (var name in names)
        {
            question.Item(name, version);
        }

        question.Result = new ListPage(version, next);
        return Task.CompletedTask;
    };

    /// <summary>A watch that is accepted, says some events, and ends by an exception, or well, or lasts.</summary>
    public static Answer Watch(Exception? end = null, bool lasts = false, params (WatchEventType Type, string Name, string Version)[] events) => async (question, cancellationToken) =>
    {
        question.Handler!.Opened();
        foreach (var (type, name, version) in events)
        {
            question.Event(type, name, version);
        }

        if (lasts)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        if (end is not null)
        {
            throw end;
        }
    };

    public ScriptedClient Then(params IEnumerable<Answer> answers)
    {
        foreach (var answer in answers)
        {
            _answers.Enqueue(answer);
        }

        return this;
    }

    /// <summary>Waits until so many questions were asked, reviews aside.</summary>
    public async Task WhenAskedAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.True(await _asked.WaitAsync(TimeSpan.FromSeconds(60)), $"Asked only: {string.Join("; ", Asked)}");
        }
    }

    public async Task<ListPage> ListAsync(ObjectSelection selection, ListRequest page, ObjectHandler onObject, CancellationToken cancellationToken)
    {
        var question = new Question { OnObject = onObject };
        Listed.Enqueue(selection);
        await AnswerAsync($"list {selection.Name ?? "all"}{(page.Limit is null ? "" : " paged")}{(page.Continue is null ? "" : $" after {page.Continue}")}", question, cancellationToken);
        return question.Result;
    }

    public Task WatchAsync(ObjectSelection selection, WatchRequest request, IWatchHandler handler, CancellationToken cancellationToken) =>
        AnswerAsync($"{(request.SendInitialEvents ? "stream" : $"watch from {request.ResourceVersion}")} {selection.Name ?? "all"}", new Question { Handler = handler }, cancellationToken);

    public Task<bool?> ReviewAccessAsync(ObjectSelection selection, string verb, CancellationToken cancellationToken) => Task.FromResult(Permits(selection));

    public void Dispose() => _asked.Dispose();

    private async Task AnswerAsync(string text, Question question, CancellationToken cancellationToken)
    {
        Asked.Enqueue(text);
        var answer = _answers.TryDequeue(out var next) ? next : static (_, token) => Task.Delay(Timeout.Infinite, token);
        var playing = Play(answer, question, cancellationToken);

        // Only now, so that who waits for a question has its answer too, as far as that does not wait.
        _asked.Release();
        await playing;
    }

    private static async Task Play(Answer answer, Question question, CancellationToken cancellationToken) => await answer(question, cancellationToken);

    /// <summary>One question, and the ways to answer it.</summary>
    internal sealed class Question
    {
        public ObjectHandler? OnObject { get; init; }

        public IWatchHandler? Handler { get; init; }

        public ListPage Result { get; set; }

        public void Item(string name, string version) => OnObject!(Raw(name, version));

        public void Event(WatchEventType type, string name, string version) => Handler!.Handle(type, Raw(name, version));

        private static RawObject Raw(string name, string version) => RawObject.Read(Encoding.UTF8.GetBytes(
            name == "END"
                ? $$$"""{"metadata":{"resourceVersion":"{{{version}}}","annotations":{"k8s.io/initial-events-end":"true"} } }"""
                : $$$"""{"metadata":{"namespace":"edge","name":"{{{name}}}","uid":"uid-{{{name}}}","resourceVersion":"{{{version}}}"},"data":{"value":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(version))}}}"} }"""));
    }
}
