using Google.Protobuf;
using SecretProviders.Spiffe;
using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Workload;

namespace SecretProviders.Xds.Tests.Spiffe;

/// <summary>Messages with random damage: whatever still parses is read without an exception, and nothing unsound is found.</summary>
public sealed class SpiffeMutationTests : IDisposable
{
    private const int Mutations = 300;
    private readonly TestCertificateAuthority _authority = new("example.org");

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Damaged_svids_are_found_sound_or_not_at_all(int seed)
    {
        var reader = new SvidReader("spire", new BundleReader("spire", flat: false));
        var sound = Svids.Response(Svids.Make(_authority, "spiffe://example.org/web", "internal"), Svids.Make(_authority, "spiffe://example.org/db"));

        foreach (var damaged in Damage(sound, X509SVIDResponse.Parser, new Random(seed)))
        {
            var answer = reader.Read(damaged, previous: null);

            Assert.All(answer.States.Values, static state => AssertSound(state));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Damaged_bundles_are_found_sound_or_not_at_all(int seed)
    {
        var reader = new BundleReader("spire", flat: false);
        var sound = Svids.Bundles(("spiffe://example.org", Svids.Bundle(_authority)), ("example.net", Svids.Bundle(_authority)));
        sound.Crl.Add(ByteString.CopyFrom(_authority.CreateRevocationList().Span));

        foreach (var damaged in Damage(sound, X509BundlesResponse.Parser, new Random(seed)))
        {
            Assert.All(reader.Read(damaged, previous: null).States.Values, static state => AssertSound(state));
        }
    }

    // Equal to the key: a changed certificate would not be. A bundle's certificates are authorities.
    private static void AssertSound(SecretState state)
    {
        switch (state)
        {
            case SecretState.Found { Secret: TlsCertificate certificate } found:
                using (var leaf = certificate.Leaf.Load())
                {
                    Assert.Null(Xds.Identities.X509SvidRules.LeafProblem(leaf, out var id));
                    Assert.Equal(found.Origin!.Location, id!.ToString());
                }

                break;
            case SecretState.Found { Secret: ValidationContext context }:
                Assert.NotEmpty(context.AllAnchors);
                break;
            default:
                Assert.False(string.IsNullOrWhiteSpace(Assert.IsType<SecretState.Invalid>(state).Problem.Message));
                break;
        }
    }

    private static IEnumerable<T> Damage<T>(T sound, MessageParser<T> parser, Random random)
        where T : IMessage<T>
    {
        var bytes = sound.ToByteArray();
        for (var i = 0; i < Mutations; i++)
        {
            var damaged = bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length).ToArray();
            for (var hits = random.Next(1, 5); hits > 0 && damaged.Length > 0; hits--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            T? parsed = default;
            try
            {
                parsed = parser.ParseFrom(damaged);
            }
            catch (InvalidProtocolBufferException)
            {
                // The call says so before a reader sees it.
            }

            if (parsed is not null)
            {
                yield return parsed;
            }
        }
    }
}
