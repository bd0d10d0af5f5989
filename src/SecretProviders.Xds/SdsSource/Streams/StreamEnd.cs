using SecretProviders.Xds.Grpc;

namespace SecretProviders.Sds;

/// <summary>How one run of a stream ended.</summary>
internal abstract record StreamEnd
{
    /// <summary>Nothing is wanted of it.</summary>
    public sealed record Unused : StreamEnd;

    /// <summary>It must be opened anew to ask for more.</summary>
    public sealed record Reopen : StreamEnd;

    /// <summary>The server ended it, or is out of reach.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="Lived">How long the server was there.</param>
    public sealed record Lost(GrpcException Cause, TimeSpan Lived) : StreamEnd;
}
