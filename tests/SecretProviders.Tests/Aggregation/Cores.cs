using System.Collections.Frozen;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Aggregation;
using SecretProviders.Aggregation.Readers;
using SecretProviders.Publishing;
using SecretProviders.Routing;
using SecretProviders.Testing;

namespace SecretProviders.Tests.Aggregation;

/// <summary>The parts that the small rooms of an aggregate share, without routes or sources.</summary>
internal static class Cores
{
    public static AggregateCore Core(ManualTimeProvider clock, AggregateProviderOptions? options = null) =>
        new(options ?? new AggregateProviderOptions(), RouteCompiler.Compile([], FrozenDictionary<string, ISecretSource>.Empty, revision: 1), clock, NullLogger.Instance, clock);

    public static Subscription Subscribe(this AggregateCore core, string consumer) => new(core.Readers(), new SecretConsumer(consumer));

    public static NameReaders Readers(this AggregateCore core) => new(core, new NameRegistry(core));

    public static void Publish(this NameEntry entry, SecretStatus status) => entry.Published = new Published(new SecretSnapshot(entry.Name, status), null);
}
