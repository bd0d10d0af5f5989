namespace SecretProviders.Sds;

/// <summary>One stream to a server, whichever variant of the protocol it speaks. Safe for use by any number of threads.</summary>
internal interface IUpstreamStream
{
    /// <summary>Wants a name. If it is wanted already, what is known of it is published again.</summary>
    void Add(string name);

    void Remove(string name);

    /// <summary>The files that a name's secret refers to have been read.</summary>
    void Reread(string name);

    /// <summary>Ends the wait before the next attempt, if there is one.</summary>
    void Reconnect();

    /// <summary>Keeps the stream up until nothing is wanted of it, or until stopped. Never throws.</summary>
    Task RunAsync(CancellationToken stopping);
}
