using System.Collections.Immutable;
using SecretProviders.Testing;

namespace SecretProviders.Tests.Aggregation;

/// <summary>An aggregate over two scripted sources and a manual clock.</summary>
internal sealed class AggregateFixture : IAsyncDisposable
{
    private readonly TestCertificateAuthority _authority;

    public AggregateFixture(params ReadOnlySpan<SecretRoute> routes)
        : this(new AggregateProviderOptions(), routes)
    {
    }

    public AggregateFixture(AggregateProviderOptions options, params ReadOnlySpan<SecretRoute> routes)
    {
        First = new ScriptedSecretSource("first", Clock);
        Second = new ScriptedSecretSource("second", Clock);
        _authority = new TestCertificateAuthority("Fixture CA", Clock);
        foreach (var route in routes)
        {
            options.Routes.Add(route);
        }

        Provider = new AggregateProvider(
            [KeyValuePair.Create<string, ISecretSource>("first", First), KeyValuePair.Create<string, ISecretSource>("second", Second)],
            options,
            Clock,
            Logs);
    }

    public ManualTimeProvider Clock { get; } = new();

    public LogCollector Logs { get; } = new();

    public ScriptedSecretSource First { get; }

    public ScriptedSecretSource Second { get; }

    public AggregateProvider Provider { get; }

    /// <summary>A route that asks the first source, then the second.</summary>
    public static SecretRoute Both(string pattern) => new(pattern, [new RouteReference("first"), new RouteReference("second")]);

    public static SecretRoute FirstOnly(string pattern) => new(pattern, [new RouteReference("first")]);

    public TlsCertificate Issue(string name = "a.example") => _authority.Issue(name).Secret;

    public static GenericSecret Text(string value) => new(SensitiveBytes.Copy(System.Text.Encoding.UTF8.GetBytes(value)));

    public SecretSnapshotReader Read(params IEnumerable<string> names) => Provider.Subscribe(new SecretConsumer("test"), names).Open();

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync();
        _authority.Dispose();
    }
}
