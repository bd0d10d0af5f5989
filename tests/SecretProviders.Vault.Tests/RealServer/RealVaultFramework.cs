using System.Reflection;
using SecretProviders.Vault.Tests.RealServer;
using Xunit.v3;

[assembly: TestFramework(typeof(RealVaultFramework))]

namespace SecretProviders.Vault.Tests.RealServer;

/// <summary>Finds the tests of this namespace only when there is a real server; without one they do not exist.</summary>
public sealed class RealVaultFramework : XunitTestFramework
{
    protected override ITestFrameworkDiscoverer CreateDiscoverer(Assembly assembly) => new Discoverer(new XunitTestAssembly(assembly));

    private sealed class Discoverer(IXunitTestAssembly assembly) : XunitTestFrameworkDiscoverer(assembly)
    {
        protected override bool IsValidTestClass(Type type) =>
            base.IsValidTestClass(type) && (RealVault.Address is not null || type.Namespace != typeof(RealVault).Namespace);
    }
}
