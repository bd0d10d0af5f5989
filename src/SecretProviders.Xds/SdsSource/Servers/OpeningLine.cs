namespace SecretProviders.Sds;

/// <summary>
/// The line before a server: only so many streams are opened at once, so that the time which a stream has is not spent behind
/// thousands of others of ours. Safe for use by any number of threads.
/// </summary>
/// <param name="width">How many may be opened at once.</param>
internal sealed class OpeningLine(int width)
{
    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _free = width;

    /// <summary>Joins the line.</summary>
    /// <returns>The turn, complete when it has come.</returns>
    public TaskCompletionSource Enter()
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_free > 0)
            {
                _free--;
                turn.SetResult();
            }
            else
            {
                _waiting.Enqueue(turn);
            }
        }

        return turn;
    }

    /// <summary>Ends a turn: the stream is up, or given up, maybe before its turn has come. Once for each turn.</summary>
    public void Leave(TaskCompletionSource turn)
    {
        lock (_gate)
        {
            if (turn.TrySetCanceled())
            {
                return;
            }

            while (_waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult())
                {
                    return;
                }
            }

            _free++;
        }
    }
}
