using System.Text;
using System.Text.Json;
using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Tests.Client;

public sealed class ObjectMetadataTests
{
    [Fact]
    public void Little_is_read_and_the_rest_passed_over() =>
        Assert.Equal(
            new ObjectMetadata("edge", "web", "u1", "12", EndsInitialEvents: false),
            Read("""{"kind":"Secret","metadata":{"labels":{"name":"not this"},"managedFields":[{"name":"nor this"}],"name":"web","namespace":"edge","uid":"u1","resourceVersion":"12"},"data":{}}"""));

    [Theory]
    [InlineData("""{"k8s.io/initial-events-end":"true"}""", true)]
    [InlineData("""{"other":"x","k8s.io/initial-events-end":"true"}""", true)]
    [InlineData("""{"k8s.io/initial-events-end":"false"}""", false)]
    [InlineData("""{"k8s.io/initial-events-end":true}""", false)]
    [InlineData("""{"nested":{"k8s.io/initial-events-end":"true"}}""", false)]
    [InlineData("null", false)]
    public void Mark_of_the_end_of_initial_events_is_an_annotation(string annotations, bool ends) =>
        Assert.Equal(ends, Read($$$"""{"metadata":{"annotations":{{{annotations}}},"resourceVersion":"12"}}""").EndsInitialEvents);

    [Theory]
    [InlineData("""{"metadata":{}}""")]
    [InlineData("""{"metadata":{"name":null,"uid":null}}""")]
    public void What_is_not_there_is_empty(string json) => Assert.Equal(new ObjectMetadata("", "", "", "", false), Read(json));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"metadata":null}""")]
    [InlineData("""{"metadata":[]}""")]
    [InlineData("""{"metadata":{"name":7}}""")]
    [InlineData("""{"metadata":{"name":{"a":"b"}}}""")]
    public void What_is_no_metadata_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => Read(json));

    [Theory]
    [InlineData("{\"immutable\":true,\"metadata\":{}}", true)]
    [InlineData("{\"immutable\":false,\"metadata\":{}}", false)]
    [InlineData("{\"metadata\":{}}", false)]
    public void Immutable_is_read(string json, bool expected) => Assert.Equal(expected, RawObject.Read(Encoding.UTF8.GetBytes(json)).IsImmutable);

    private static ObjectMetadata Read(string json) => ObjectMetadata.Read(RawObject.Read(Encoding.UTF8.GetBytes(json)));
}
