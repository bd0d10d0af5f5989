namespace SecretProviders.Watching;

/// <summary>
/// Starts work that serves every watcher, without the ambient values (an activity, a culture, a user) of the one that
/// happened to come first.
/// </summary>
internal static class Detached
{
    /// <summary>Starts work on the pool.</summary>
    /// <param name="work">The work; the caller owns its task.</param>
    public static Task Run(Func<Task> work)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return Task.Run(work);
        }

        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(work);
        }
    }
}
