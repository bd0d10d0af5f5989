using System.Text;
using System.Text.Json;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Material;

namespace SecretProviders.Kubernetes.Tests.Client;

/// <summary>Damaged answers: whatever bytes come, the end is one of a few that the source knows, and soon.</summary>
public sealed class ReaderFuzzTests
{
    private const int Runs = 4000;

    private const string Item =
        """{"metadata":{"namespace":"edge","name":"web","uid":"u-1","resourceVersion":"41","annotations":{"a":"b","k8s.io/initial-events-end":"true"},"managedFields":[{"f:data":{".":{}}}]},"immutable":true,"data":{"tls.crt":"aGVsbG8=","k\u0065y":"dw=\u003d"},"binaryData":{"b":"AAEC"},"type":"Opaque","spec":{"trustBundle":"PEM","from":[{"group":"g","kind":"k","namespace":"n"}],"to":[{"group":"","kind":"Secret","name":"x"}]}}""";

    [Fact]
    public async Task Damaged_list_is_a_list_or_refused()
    {
        var sound = Encoding.UTF8.GetBytes($$"""{"kind":"List","metadata":{"resourceVersion":"41","continue":"x"},"items":[{{Item}},{{Item}}]}""");
        for (var seed = 0; seed < Runs; seed++)
        {
            using var stream = new ChunkedStream(Damage(sound, seed), 64);
            using var buffer = new WireBuffer(stream, 100_000);
            await AssertKnownEndAsync(seed, () => new ListReader(buffer, Decode).ReadAsync(CancellationToken.None));
        }
    }

    [Fact]
    public async Task Damaged_watch_is_a_watch_or_refused()
    {
        const string Error = """{"type":"ERROR","object":{"code":410,"reason":"Expired","message":"m","details":{"retryAfterSeconds":1} } }""";
        var sound = Encoding.UTF8.GetBytes($"{{\"type\":\"ADDED\",\"object\":{Item}}}\n{Error}\n");
        for (var seed = 0; seed < Runs; seed++)
        {
            using var stream = new ChunkedStream(Damage(sound, seed), 64);
            using var buffer = new WireBuffer(stream, 100_000);
            await AssertKnownEndAsync(seed, () => new WatchReader(buffer, new Decoding()).ReadAsync(CancellationToken.None));
        }
    }

    private static void Decode(RawObject item)
    {
        var metadata = ObjectMetadata.Read(item);
        foreach (var resource in new[] { ApiResource.Secrets, ApiResource.ConfigMaps, ApiResource.ClusterTrustBundles, ApiResource.ReferenceGrants })
        {
            ObjectDecoder.Decode(resource, item, metadata);
        }
    }

    private static async Task AssertKnownEndAsync(int seed, Func<Task> read)
    {
        var end = await Record.ExceptionAsync(read);

        Assert.True(end is null or JsonException or IOException or ApiException or InvalidDataException, $"Run {seed} ended by {end}");
    }

    // Bytes are changed, dropped, doubled and cut off; most places in JSON notice.
    private static byte[] Damage(byte[] sound, int seed)
    {
        var random = new Random(seed);
        var damaged = sound.ToList();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var place = random.Next(damaged.Count);
            switch (random.Next(4))
            {
                case 0:
                    damaged[place] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged.RemoveAt(place);
                    break;
                case 2:
                    damaged.InsertRange(place, damaged.GetRange(place, Math.Min(random.Next(20), damaged.Count - place)));
                    break;
                default:
                    damaged[place] = (byte)"{}[]\",:\\n0"[random.Next(10)];
                    break;
            }
        }

        return [.. damaged];
    }

    private sealed class Decoding : IWatchHandler
    {
        public void Opened()
        {
        }

        public void Handle(WatchEventType type, RawObject item) => Decode(item);
    }
}
