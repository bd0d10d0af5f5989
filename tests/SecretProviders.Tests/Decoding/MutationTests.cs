using System.Text;

namespace SecretProviders.Tests.Decoding;

/// <summary>Damaged inputs, made with a fixed seed: whatever the bytes, the decoder answers and does not throw.</summary>
public sealed class MutationTests
{
    private const int Rounds = 2_000;
    private static readonly Pki Pki = Pki.One;

    public static TheoryData<string> Inputs => [.. Samples.Keys];

    private static Dictionary<string, byte[]> Samples { get; } = new()
    {
        ["single PEM"] = Encoding.UTF8.GetBytes(Pki.ChainPem + Pki.KeyPem),
        ["PKCS#1 PEM"] = Encoding.UTF8.GetBytes(Pki.RsaLeaf.ExportCertificatePem() + "\n" + Pki.RsaKey.ExportRSAPrivateKeyPem()),
        ["DER chain and key"] = [.. Pki.Leaf.RawData, .. Pki.IntermediateDer, .. Pki.EllipticKey.ExportPkcs8PrivateKey()],
        ["DER trust"] = [.. Pki.RootDer, .. Pki.RevocationList()],
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Damaged_bytes_are_found_or_invalid_and_never_an_exception(string input)
    {
        var random = new Random(20260101);
        var invalid = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = Damage(Samples[input], random);
            var kind = (SecretKind?)(random.Next(8) switch { 0 => SecretKind.SessionTicketKeys, < 4 => SecretKind.ValidationContext, _ => null });
            switch (SecretDecoder.Decode(SecretFields.Single(SensitiveBytes.Copy(damaged), Decode.Place), kind))
            {
                case SecretState.Invalid { Problem.Message: var message }:
                    Assert.StartsWith(Decode.Place, message, StringComparison.Ordinal);
                    invalid++;
                    break;
                case var state:
                    Assert.IsType<SecretState.Found>(state);
                    break;
            }
        }

        Assert.InRange(invalid, Rounds / 2, Rounds);
    }

    private static byte[] Damage(byte[] sound, Random random)
    {
        var bytes = (byte[])sound.Clone();
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                return bytes[random.Next(bytes.Length)..];
            case 2:
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            default:
                for (var changes = random.Next(1, 8); changes > 0; changes--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                return bytes;
        }
    }
}
