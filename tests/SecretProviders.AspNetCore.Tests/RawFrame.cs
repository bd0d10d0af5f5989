namespace SecretProviders.AspNetCore.Tests;

/// <summary>One HTTP/2 frame.</summary>
internal sealed record RawFrame(FrameType Type, byte Flags, int Stream, byte[] Payload)
{
    public bool EndsStream => Type is FrameType.Data or FrameType.Headers && (Flags & 1) != 0;
}
