using Microsoft.Extensions.Logging;

namespace SecretProviders.Sds;

/// <summary>What every stream of a source needs.</summary>
/// <param name="Subscription">The settings of its subscription.</param>
/// <param name="Servers">The servers, in order.</param>
/// <param name="Timeout">The longest time that a server may take to show that it is there, or to send the rest of a message.</param>
/// <param name="TimeProvider">The clock.</param>
/// <param name="Logger">The source's logger.</param>
internal sealed record StreamSettings(
    SubscriptionSettings Subscription, IReadOnlyList<UpstreamServer> Servers, TimeSpan Timeout, TimeProvider TimeProvider, ILogger Logger);
