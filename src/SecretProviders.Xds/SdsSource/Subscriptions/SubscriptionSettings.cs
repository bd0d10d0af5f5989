using SecretProviders.Xds.Protos.Core;

namespace SecretProviders.Sds;

/// <summary>What a subscription needs to know of its source.</summary>
/// <param name="Source">The source's name, for messages and as the origin of what is found.</param>
/// <param name="Node">Who we are; sent with the first request of each stream.</param>
/// <param name="AbsentAfter">How long a stream that is up may be silent about a name before that means something.</param>
internal sealed record SubscriptionSettings(string Source, Node Node, TimeSpan AbsentAfter);
