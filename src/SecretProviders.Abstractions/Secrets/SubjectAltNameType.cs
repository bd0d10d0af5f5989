namespace SecretProviders;

/// <summary>The sorts of subject alternative name, numbered as Envoy's <c>SubjectAltNameMatcher.SanType</c>.</summary>
public enum SubjectAltNameType
{
    /// <summary>Not said; never valid in a matcher.</summary>
    Unspecified = 0,

    /// <summary>An e-mail address.</summary>
    Email = 1,

    /// <summary>A DNS name.</summary>
    Dns = 2,

    /// <summary>A URI, for example a SPIFFE ID.</summary>
    Uri = 3,

    /// <summary>An IP address.</summary>
    IpAddress = 4,
}
