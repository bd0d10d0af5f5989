namespace SecretProviders.Xds;

/// <summary>The status codes of gRPC, by their numbers on the wire.</summary>
public enum GrpcStatusCode
{
    /// <summary>Done.</summary>
    OK = 0,

    /// <summary>The call was cancelled, as a rule by the caller.</summary>
    Cancelled = 1,

    /// <summary>Something went wrong that has no code of its own.</summary>
    Unknown = 2,

    /// <summary>The request is wrong, whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The time given ended before the work did.</summary>
    DeadlineExceeded = 4,

    /// <summary>There is no such thing.</summary>
    NotFound = 5,

    /// <summary>What should be made is already there.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A limit was reached: a quota, or a size.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the request needs.</summary>
    FailedPrecondition = 9,

    /// <summary>The call was given up because of others; it may be tried again as a whole.</summary>
    Aborted = 10,

    /// <summary>The request goes beyond the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The method is not known here.</summary>
    Unimplemented = 12,

    /// <summary>The other side broke the protocol, or itself.</summary>
    Internal = 13,

    /// <summary>No answer just now; it may be tried again after a while.</summary>
    Unavailable = 14,

    /// <summary>Data were lost for good.</summary>
    DataLoss = 15,

    /// <summary>The caller did not say who it is.</summary>
    Unauthenticated = 16,
}
