using SecretProviders.Sds;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>Files that say what a test says.</summary>
internal sealed class FakeNamedFiles : INamedFiles
{
    public SecretState? State { get; set; }

    public bool IsLeft { get; private set; }

    public void Dispose() => IsLeft = true;
}
