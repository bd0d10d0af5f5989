using System.Threading.Channels;
using SecretProviders.Sds;
using SecretProviders.Testing;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>One question for many who want to know, and never one from before they wanted to.</summary>
public sealed class SharedProbeTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Channel<TaskCompletionSource> _sent = Channel.CreateUnbounded<TaskCompletionSource>();

    [Fact]
    public async Task Whoever_wants_to_know_while_a_question_is_out_shares_the_next()
    {
        var probe = Probe();
        var first = probe.AskAsync();
        var question = await _sent.Reader.ReadAsync(TestContext.Current.CancellationToken);

        var (second, third) = (probe.AskAsync(), probe.AskAsync());
        question.SetResult();
        await first;
        var next = await _sent.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted);
        next.SetResult();
        await Task.WhenAll(second, third);

        Assert.False(_sent.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Question_without_an_answer_fails_those_alone_who_asked_it()
    {
        var probe = Probe();
        var first = probe.AskAsync();
        var question = await _sent.Reader.ReadAsync(TestContext.Current.CancellationToken);
        var second = probe.AskAsync();

        question.SetException(GrpcException.NoAnswer("it hangs."));
        (await _sent.Reader.ReadAsync(TestContext.Current.CancellationToken)).SetResult();

        await Assert.ThrowsAsync<GrpcException>(() => first);
        await second;
    }

    [Fact]
    public async Task Time_of_the_answer_counts_from_its_own_question()
    {
        var probe = Probe();
        var first = probe.AskAsync();
        var question = await _sent.Reader.ReadAsync(TestContext.Current.CancellationToken);
        var second = probe.AskAsync();
        _clock.Advance(TimeSpan.FromSeconds(3));
        question.SetResult();
        var next = await _sent.Reader.ReadAsync(TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(1));
        next.SetResult();

        Assert.Equal((3, 1), ((await first).TotalSeconds, (await second).TotalSeconds));
    }

    // Each question takes its own number of milliseconds, by which its answer is known again.
    [Fact]
    public async Task Every_answer_is_to_a_question_that_was_sent_after_it_was_wanted()
    {
        const int Askers = 2000;
        const int Pause = 20;
        var random = new Random(1);
        var step = 0;
        var isOut = 0;
        var sentAt = new List<int>();
        var probe = new SharedProbe(
            async () =>
            {
                Assert.Equal(0, Interlocked.Exchange(ref isOut, 1));
                sentAt.Add(Volatile.Read(ref step));
                await Task.Yield();
                _clock.Advance(TimeSpan.FromMilliseconds(sentAt.Count));
                Volatile.Write(ref isOut, 0);
            },
            _clock);
        var asked = new List<(int At, Task<TimeSpan> Took)>();
        for (var asker = 0; asker < Askers; asker++)
        {
            var at = Interlocked.Increment(ref step);
            asked.Add((at, probe.AskAsync()));
            if (random.Next(4) == 0)
            {
                await Task.Yield();
            }

            if (asker % Pause == 0)
            {
                await asked[random.Next(asked.Count)].Took;
            }
        }

        foreach (var (at, took) in asked)
        {
            var question = (int)Math.Round((await took).TotalMilliseconds) - 1;
            Assert.InRange(sentAt[question], at, Askers);
        }
    }

    private SharedProbe Probe() => new(
        () =>
        {
            var question = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _sent.Writer.TryWrite(question);
            return question.Task;
        },
        _clock);
}
