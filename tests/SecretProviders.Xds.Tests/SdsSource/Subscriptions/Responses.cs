using System.Text;
using Google.Protobuf.WellKnownTypes;
using SecretProviders.Sds;
using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Protos.Core;
using SecretProviders.Xds.Protos.Discovery;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>What a server may send.</summary>
internal static class Responses
{
    public static readonly TimeSpan AbsentAfter = TimeSpan.FromSeconds(2);

    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static SubscriptionSettings Settings { get; } = new("upstream", new Node { Id = "node-1" }, AbsentAfter, Timeout);

    public static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    public static Secret Secret(string text) => new GenericSecret(SensitiveBytes.Copy(Encoding.UTF8.GetBytes(text)));

    public static Any Sound(string name, string text) => Any.Pack(SecretWriter.ToMessage(name, Secret(text)), "type.googleapis.com");

    /// <summary>A secret whose certificate is text.</summary>
    public static Any Unsound(string name, string text = "no certificate") => Any.Pack(
        new Tls.Secret { Name = name, TlsCertificate = new() { CertificateChain = new() { InlineString = text }, PrivateKey = new() { InlineString = "no key" } } },
        "type.googleapis.com");

    public static DiscoveryResponse List(string nonce, string version, params Any[] resources) =>
        new() { Nonce = nonce, VersionInfo = version, TypeUrl = SecretTypes.SecretUrl, Resources = { resources } };

    public static Resource Entry(string name, string version, Any? resource) => new() { Name = name, Version = version, Resource_ = resource };

    public static DeltaDiscoveryResponse Changes(string nonce, IEnumerable<Resource> resources, params string[] removed) =>
        new() { Nonce = nonce, TypeUrl = SecretTypes.SecretUrl, Resources = { resources }, RemovedResources = { removed } };

    public static string Text(SecretState state) =>
        Encoding.UTF8.GetString(Assert.IsType<GenericSecret>(Assert.IsType<SecretState.Found>(state).Secret).Value!.Memory.Span);
}
