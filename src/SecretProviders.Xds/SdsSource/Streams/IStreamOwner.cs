namespace SecretProviders.Sds;

/// <summary>Where streams say what they see. Safe for use by any number of threads.</summary>
internal interface IStreamOwner
{
    /// <summary>A state of a name.</summary>
    void Publish(string name, SecretState state);

    /// <summary>The server ends streams because of single names: newcomers must not join this stream, nor any other.</summary>
    void KeepNewcomersApart();

    /// <summary>These names leave a stream for a new one.</summary>
    /// <param name="stream">The stream that they leave.</param>
    /// <param name="names">What is known of them.</param>
    void Separate(IUpstreamStream stream, IReadOnlyList<SubscribedName> names);

    /// <summary>Nothing is wanted of a stream.</summary>
    /// <returns>Whether that is so, and the stream is forgotten.</returns>
    bool TryRetire(IUpstreamStream stream);
}
