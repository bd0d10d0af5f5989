namespace SecretProviders.AspNetCore.Tests;

/// <summary>The frame types that the tests look at (RFC 9113, section 6).</summary>
internal enum FrameType
{
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
}
