using System.Collections.Immutable;
using System.Security.Cryptography;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.Spiffe;

/// <summary>
/// One stream of the Workload API and everything that is watched on it: open while somebody watches anything, however
/// much that is. Each message is the whole state, so what is not in it was taken back; the loss of the stream takes
/// nothing back.
/// </summary>
internal sealed class WorkloadStream<TRequest, TResponse>(
    string name,
    SpiffeSecretSourceOptions options,
    WorkloadApi api,
    GrpcMethod<TRequest, TResponse> method,
    Func<TResponse, WorkloadAnswer?, WorkloadAnswer> read,
    Action<TResponse> wipe,
    Action answers,
    TimeProvider timeProvider,
    ILogger logger)
    : SecretStateHub(name, options.Timeout, timeProvider, logger)
    where TRequest : IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SecretReference, WorkloadWatch> _watched = [];
    private TaskCompletionSource _wanted = NewSignal();
    private CancellationTokenSource? _run;

    // What the open stream last said, null while none has spoken; and what the last one said, for what stays good.
    private WorkloadAnswer? _current;
    private WorkloadAnswer? _previous;
    private byte[] _digest = [];

    // Why no stream speaks; null while one does.
    private SecretState? _failure;

    /// <inheritdoc cref="SecretStateHub.Reconnect"/>
    public new void Reconnect() => base.Reconnect();

    protected override void OnFirstWatcher(SecretReference reference)
    {
        lock (_gate)
        {
            if (!SpiffeKey.TryParse(reference, options.FlatBundles, out var key, out var problem))
            {
                Publish(reference, new SecretState.Invalid(problem));
                return;
            }

            var watch = new WorkloadWatch(key.Name);
            _watched.Add(reference, watch);
            _wanted.TrySetResult();
            if (_current is not null)
            {
                Publish(reference, watch.Next(_current));
            }
            else if (_failure is not null)
            {
                Publish(reference, _failure);
            }
        }
    }

    protected override void OnLastWatcher(SecretReference reference)
    {
        CancellationTokenSource? unwanted = null;
        lock (_gate)
        {
            if (_watched.Remove(reference) && _watched.Count == 0)
            {
                _wanted = NewSignal();
                _current = null;
                _previous = null;
                unwanted = _run;
            }
        }

        unwanted?.Cancel();
    }

    protected override async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            var run = await BeginAsync(stopping).ConfigureAwait(false);
            var registration = stopping.UnsafeRegister(static run => ((CancellationTokenSource)run!).Cancel(), run);
            await using (registration.ConfigureAwait(false))
            {
                try
                {
                    await ListenAsync(run.Token).ConfigureAwait(false);
                    return;
                }
                catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
                {
                    // Nobody watches any more.
                }
                finally
                {
                    End();
                }
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static byte[] Digest(TResponse response)
    {
        var size = response.CalculateSize();
        using var owner = ClearingMemoryPool.Instance.Rent(size);
        var bytes = owner.Memory.Span[..size];
        response.WriteTo(bytes);
        return SHA256.HashData(bytes);
    }

    private async Task<CancellationTokenSource> BeginAsync(CancellationToken stopping)
    {
        while (true)
        {
            Task wanted;
            lock (_gate)
            {
                if (_watched.Count > 0)
                {
                    return _run = new CancellationTokenSource();
                }

                // Who comes later asks anew, and is not told of an outage that may be long over.
                _failure = null;
                wanted = _wanted.Task;
            }

            await wanted.WaitAsync(stopping).ConfigureAwait(false);
        }
    }

    private void End()
    {
        lock (_gate)
        {
            _run = null;
            _current = null;
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        var call = api.Channel.Start(method, cancellationToken: cancellationToken);
        await using var end = call.ConfigureAwait(false);
        var answered = false;
        try
        {
            // A failed write says nothing: the status is on the reading side.
            await call.WriteAsync(new TRequest()).ConfigureAwait(false);
            call.CompleteRequests();
            while (await call.ReadAsync().ConfigureAwait(false) is { } response)
            {
                try
                {
                    Take(response);
                }
                finally
                {
                    wipe(response);
                }

                if (!answered)
                {
                    answered = true;
                    answers();
                }
            }
        }
        catch (GrpcException exception) when (exception.Status.Code == GrpcStatusCode.PermissionDenied)
        {
            Refuse(api.Translate(exception), takesBack: answered);
            return;
        }
        catch (GrpcException exception)
        {
            throw Fail(api.Translate(exception));
        }

        // Agents end streams as they like, and are asked again at once (SPIFFE Workload API, section 4.2): that is no outage.
        if (!answered)
        {
            throw Fail(new SecretSourceException(SecretErrorCode.Unavailable, $"The Workload API ended {method.Path} without an answer."));
        }
    }

    private void Take(TResponse response)
    {
        // An agent that repeats itself without end costs a hash each time, and not the reading of keys and certificates.
        var digest = Digest(response);
        if (_current is not null && digest.AsSpan().SequenceEqual(_digest))
        {
            return;
        }

        _digest = digest;
        var answer = read(response, _previous);
        ImmutableArray<string> news;
        lock (_gate)
        {
            if (_watched.Count == 0)
            {
                // Whoever comes later must not be given what may be taken back until then.
                return;
            }

            news = [.. answer.Problems.Except(_previous?.Problems ?? [])];
            _current = answer;
            _previous = answer;
            _failure = null;
            foreach (var (reference, watch) in _watched)
            {
                Publish(reference, watch.Next(answer));
            }
        }

        foreach (var problem in news)
        {
            SpiffeSecretSource.UnsoundAnswer(Logger, Name, problem);
        }
    }

    /// <summary>
    /// Takes in a refusal. One in place of a further answer takes back all that was given (section 5.2.1). One in place
    /// of the first takes nothing back: it is also what an agent says that has just started and does not know us yet.
    /// </summary>
    private void Refuse(SecretSourceException refusal, bool takesBack)
    {
        lock (_gate)
        {
            // Said once: an answer each time would begin the back-off anew each time.
            if (_failure is SecretState.Denied)
            {
                return;
            }

            _failure = refusal.ToState();
            _previous = takesBack ? null : _previous;
            foreach (var (reference, watch) in _watched)
            {
                Publish(reference, watch.Refused(_failure, takesBack));
            }
        }

        SpiffeSecretSource.Refused(Logger, Name, refusal.Message);
    }

    private SecretSourceException Fail(SecretSourceException failure)
    {
        lock (_gate)
        {
            _failure = failure.ToState();
        }

        return failure;
    }
}
