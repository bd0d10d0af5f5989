using SecretProviders.InMemory;
using SecretProviders.Tests.Sources.InMemory;

namespace SecretProviders.Tests.Aggregation.Nesting;

/// <summary>An aggregate as a source: what it must keep of the promises of the source inside it.</summary>
public sealed class NestedHarness : InMemoryHarness
{
    // A little longer than what the suites call near: they would wait for it in real time.
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(6);

    /// <summary>Moves the clock to what the aggregate waits for soon, and not to the end of the certificate.</summary>
    public override async Task SettleAsync()
    {
        await Task.Yield();
        if (Clock.NextDue - Clock.GetUtcNow() <= FirstAnswer)
        {
            await base.SettleAsync();
        }
    }

    protected override ISecretSource Wrap(InMemorySecretSource source)
    {
        var options = new AggregateProviderOptions();
        options.Routes.Add(new SecretRoute("**", [new RouteReference("memory")]) { FirstAnswer = FirstAnswer });
        return new AggregateProvider([KeyValuePair.Create<string, ISecretSource>("memory", source)], options, Clock, Logs);
    }
}
