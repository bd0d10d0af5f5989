namespace SecretProviders.Host;

/// <summary>How the process ends.</summary>
internal static class ExitCode
{
    /// <summary>Done; for <c>serve</c>: stopped as told.</summary>
    public const int Done = 0;

    /// <summary>The answer is not Available, or a check failed.</summary>
    public const int NotAvailable = 1;

    /// <summary>The command line or the configuration is mistaken.</summary>
    public const int Configuration = 2;

    /// <summary>The server that was to answer cannot be reached.</summary>
    public const int Unreachable = 3;

    /// <summary>Interrupted, as shells count it: 128 and SIGINT.</summary>
    public const int Interrupted = 130;
}
