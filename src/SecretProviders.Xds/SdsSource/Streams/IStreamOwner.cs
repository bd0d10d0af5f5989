namespace SecretProviders.Sds;

/// <summary>Where streams say what they see. Safe for use by any number of threads.</summary>
internal interface IStreamOwner
{
    /// <summary>A state of a name that a stream has; of one that it has no more it says nothing.</summary>
    void Publish(IUpstreamStream stream, string name, SecretState state);

    /// <summary>The server ends a stream because of what is asked on it: newcomers must not join it, nor any other, until that is over.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="isRefusal">Whether the server refuses names; else its own code fails, and that may be for each of them.</param>
    /// <returns>Whether its names may be parted: a server that fails for all of them must not be asked on too many streams.</returns>
    bool Blame(IUpstreamStream stream, bool isRefusal);

    /// <summary>The server answers on a stream.</summary>
    void Absolve(IUpstreamStream stream);

    /// <summary>These names leave a stream for a new one.</summary>
    /// <param name="stream">The stream that they leave.</param>
    /// <param name="names">What is known of them.</param>
    void Separate(IUpstreamStream stream, IReadOnlyList<SubscribedName> names);

    /// <summary>Nothing is wanted of a stream.</summary>
    /// <returns>Whether that is so, and the stream is forgotten.</returns>
    bool TryRetire(IUpstreamStream stream);
}
