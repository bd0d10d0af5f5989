using SecretProviders.Xds.Protos.Core;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Sds;

/// <summary>What a subscription needs to know of its source.</summary>
/// <param name="Source">The source's name, for messages and as the origin of what is found.</param>
/// <param name="Node">Who we are; sent with the first request of each stream.</param>
/// <param name="AbsentAfter">How long a stream that is up may be silent about a name before that means something.</param>
/// <param name="Timeout">How long an answer may take where silence is no answer.</param>
/// <param name="WatchFiles">
/// Follows the files that a message names, given the place for messages to people and whether the secret is found now;
/// returns at once. Null where files must not be read.
/// </param>
internal sealed record SubscriptionSettings(
    string Source, Node Node, TimeSpan AbsentAfter, TimeSpan Timeout, Func<Tls.Secret, string, bool, INamedFiles>? WatchFiles = null)
{
    /// <summary>Gets where a secret came from, for messages to people.</summary>
    public string PlaceOf(string name) => $"Secret '{name}' of source '{Source}'";
}
