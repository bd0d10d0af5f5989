using System.CommandLine;

namespace SecretProviders.Host.Commands;

/// <summary><c>audit verify FILE</c>: reserved, and refused in clear words while no audit is written.</summary>
internal static class AuditCommand
{
    public static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "The audit file." };
        var verify = new Command("verify", "Check that an audit file is whole.") { file };
        verify.SetAction(int (_) => throw new SecretConfigurationException("audit verify: this build writes no audit file, so there is none to verify"));
        return new Command("audit", "Work with audit files (not contained in this build).") { verify };
    }
}
