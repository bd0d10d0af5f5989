using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Protos.Discovery;
using SecretProviders.Xds.Sds;

namespace SecretProviders.Xds;

/// <summary>Answers <c>FetchSecrets</c>, the one-shot form of SDS: what is known of the names, after a short wait for what is Pending.</summary>
public static class SecretFetch
{
    /// <summary>
    /// Answers one request with a <c>DiscoveryResponse</c>. Names without a secret are left out; a request that
    /// already carries the answer's version gets that version and no secrets.
    /// </summary>
    /// <param name="provider">Answers for names.</param>
    /// <param name="peer">Who asks.</param>
    /// <param name="request">The protobuf bytes of a <c>DiscoveryRequest</c>; not kept.</param>
    /// <param name="options">Settings, or null for the defaults.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SecretDiscoveryException">The request cannot be answered, with this status.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<SecretDiscoveryResponse> AnswerAsync(
        ISecretProvider provider,
        SecretConsumer peer,
        ReadOnlySequence<byte> request,
        SecretDiscoveryOptions? options = null,
        TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new SecretDiscoveryOptions();
        var message = DiscoveryRequests.Parse(DiscoveryRequest.Parser, request);
        DiscoveryRequests.RequireSecretType(message.TypeUrl);
        var names = message.ResourceNames.Where(static name => name != DiscoveryRequests.Wildcard).Distinct(StringComparer.Ordinal).ToImmutableArray();
        RequireFew(names.Length, options);
        var consumer = DiscoveryRequests.Consumer(peer, message.Node);
        var snapshots = await ReadAsync(provider, consumer, names, options.FetchTimeout, timeProvider ?? TimeProvider.System, cancellationToken).ConfigureAwait(false);
        return Answer([.. names.Where(snapshots.ContainsKey).Select(name => snapshots[name])], message.VersionInfo);
    }

    private static StateOfTheWorldResponse Answer(ImmutableArray<SecretSnapshot> snapshots, string knownVersion)
    {
        var served = snapshots
            .Where(static snapshot => snapshot.Secret is not null)
            .Select(static snapshot => (Snapshot: snapshot, Encoded: EncodedSecret.Of(snapshot.Name, snapshot.Secret!)))
            .Where(static pair => pair.Encoded.Problem is null)
            .ToImmutableArray();
        var version = Version([.. served.Select(static pair => pair.Snapshot)]);
        return version == knownVersion
            ? new StateOfTheWorldResponse(version, nonce: 0, [])
            : new StateOfTheWorldResponse(version, nonce: 0, [.. served.Select(static pair => pair.Encoded)]);
    }

    // One secret's version is its own; several have the digest of theirs, equal on every replica as well.
    private static string Version(ImmutableArray<SecretSnapshot> snapshots)
    {
        if (snapshots.Length <= 1)
        {
            return snapshots.IsEmpty ? string.Empty : snapshots[0].Version.Value;
        }

        var lines = snapshots.OrderBy(static snapshot => snapshot.Name, StringComparer.Ordinal).Select(static snapshot => $"{snapshot.Name}\n{snapshot.Version}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    private static async Task<Dictionary<string, SecretSnapshot>> ReadAsync(
        ISecretProvider provider, SecretConsumer consumer, ImmutableArray<string> names, TimeSpan timeout, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, SecretSnapshot>(StringComparer.Ordinal);
        using var budget = new CancellationTokenSource(timeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        var subscription = Subscribe(provider, consumer, names);
        await using var end = subscription.ConfigureAwait(false);
        if (names.IsEmpty)
        {
            return known;
        }

        await foreach (var batch in subscription.ReadAllAsync(either.Token).ConfigureAwait(false))
        {
            foreach (var snapshot in batch.Changes)
            {
                known[snapshot.Name] = snapshot;
            }

            if (names.All(known.ContainsKey))
            {
                break;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return known;
    }

    private static ISecretSubscription Subscribe(ISecretProvider provider, SecretConsumer consumer, ImmutableArray<string> names)
    {
        try
        {
            return provider.Subscribe(consumer, names);
        }
        catch (SecretLimitException exception)
        {
            throw new SecretDiscoveryException(GrpcStatusCode.ResourceExhausted, exception.Message, exception);
        }
    }

    private static void RequireFew(int count, SecretDiscoveryOptions options)
    {
        if (count > options.MaxNamesPerStream)
        {
            throw new SecretDiscoveryException(
                GrpcStatusCode.ResourceExhausted,
                $"A request may ask for at most {options.MaxNamesPerStream} names ({nameof(SecretDiscoveryOptions.MaxNamesPerStream)}), but asks for {count}: ask for fewer.");
        }
    }
}
