using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SecretProviders.Xds.Mapping;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Sds;

/// <summary>One resource of a response, as far as it can be read without knowing who wants it.</summary>
internal sealed class ReceivedResource
{
    private ReceivedResource(string name, string version, Tls.Secret? message, ReadOnlyMemory<byte> digest, string? problem)
    {
        Name = name;
        Version = version;
        Message = message;
        Digest = digest;
        Problem = problem;
    }

    /// <summary>Gets the name; empty when nobody can tell.</summary>
    public string Name { get; }

    public string Version { get; }

    /// <summary>Gets the secret's message; null when there is a problem, or when the resource only says that it is still valid.</summary>
    public Tls.Secret? Message { get; }

    public ReadOnlyMemory<byte> Digest { get; }

    /// <summary>Gets why the resource is no secret, or null.</summary>
    public string? Problem { get; }

    /// <summary>Reads a resource.</summary>
    /// <param name="resource">The resource; null for one that only says that it is still valid (xDS TTL).</param>
    /// <param name="name">The name beside it (Delta), or empty.</param>
    /// <param name="version">The version beside it (Delta), or empty.</param>
    public static ReceivedResource Read(Any? resource, string name = "", string version = "")
    {
        if (resource is null)
        {
            return new(name, version, message: null, digest: default, name.Length == 0 ? "A resource has neither a name nor a content." : null);
        }

        if (resource.TypeUrl != SecretTypes.SecretUrl)
        {
            return new(name, version, message: null, digest: default, $"A resource is of the type '{ResourceName.Shorten(resource.TypeUrl)}' where '{SecretTypes.SecretUrl}' is wanted.");
        }

        try
        {
            var message = Tls.Secret.Parser.ParseFrom(resource.Value);
            return name.Length != 0 && message.Name != name
                ? new(name, version, message: null, digest: default, $"The resource '{ResourceName.Shorten(name)}' holds a secret of another name, '{ResourceName.Shorten(message.Name)}'.")
                : new(message.Name, version, message, SHA256.HashData(resource.Value.Span), message.Name.Length == 0 ? "A secret has no name." : null);
        }
        catch (InvalidProtocolBufferException)
        {
            return new(name, version, message: null, digest: default, "The bytes of a resource are no secret.");
        }
    }
}
