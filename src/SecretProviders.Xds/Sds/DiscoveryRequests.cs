using System.Buffers;
using System.Globalization;
using Google.Protobuf;
using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Protos.Core;
using SecretProviders.Xds.Protos.Rpc;

namespace SecretProviders.Xds.Sds;

/// <summary>What the readers of both variants need.</summary>
internal static class DiscoveryRequests
{
    /// <summary>The name that asks for everything. Secrets are never served so unless the host allows it.</summary>
    public const string Wildcard = "*";

    private const int MaxRefusalLength = 1024;

    public static T Parse<T>(MessageParser<T> parser, ReadOnlySequence<byte> request)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(request);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new SecretDiscoveryException(GrpcStatusCode.InvalidArgument, $"The message is not a {typeof(T).Name}: {exception.Message}", exception);
        }
    }

    /// <summary>On the SDS service the type is implied; what is said must agree.</summary>
    public static void RequireSecretType(string typeUrl)
    {
        if (typeUrl.Length != 0 && typeUrl != SecretTypes.SecretUrl)
        {
            throw new SecretDiscoveryException(
                GrpcStatusCode.InvalidArgument,
                $"The type_url '{Shorten(typeUrl)}' is not served here: the Secret Discovery Service serves '{SecretTypes.SecretUrl}', which may also be left out.");
        }
    }

    /// <summary>Returns 0, which is no response's nonce, for what cannot be one of ours.</summary>
    public static long ParseNonce(string nonce) =>
        long.TryParse(nonce, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <inheritdoc cref="ParseNonce(string)"/>
    public static long ParseNonce(ReadOnlySpan<byte> nonce) =>
        long.TryParse(nonce, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    public static string? Refusal(Status? error) => error is null ? null : Shorten(error.Message.Length == 0 ? $"code {error.Code}" : error.Message);

    /// <summary>Adds to a peer what its first request says of it. An empty id is none: peers without one must not count as the same consumer.</summary>
    public static SecretConsumer Consumer(SecretConsumer peer, Node? node) =>
        peer with { NodeId = NullIfEmpty(node?.Id), NodeCluster = NullIfEmpty(node?.Cluster) };

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string Shorten(string text) => text.Length <= MaxRefusalLength ? text : string.Concat(text.AsSpan(0, MaxRefusalLength), "…");
}
