namespace SecretProviders.Interop.Tests;

/// <summary>What a client connects over. Public, since test classes take it.</summary>
public enum Transport
{
    UnixSocket,
    LoopbackTcp,
    MutualTls,
}
