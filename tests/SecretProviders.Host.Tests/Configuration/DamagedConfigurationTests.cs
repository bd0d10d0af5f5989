using System.Text;
using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Tests.Configuration;

/// <summary>Whatever a slip of the hand makes of a file, it is read or refused with its place; nothing else is thrown.</summary>
public sealed class DamagedConfigurationTests
{
    private const int Attempts = 200;
    private const string Slips = "{}[]:,-#&*!|>'\"%@`\t\n \\?~a0\0\uFEFF";

    [Theory]
    [InlineData("host.yaml", """
        server: { listeners: [ { unix: ./sds.sock, mode: "0660" }, { address: 127.0.0.1:1, tls: { certificate: a, clientCa: b } } ], drain: 10s }
        sources:
          files: { type: fileSystem, path: ./certs }
          up: { type: sds, addresses: [ "unix:/a" ], tls: { ca: { secret: b } } }
        defaults: { maxStale: 7d, gates: { maxBytes: 64KiB } }
        secrets:
          - { name: a, trust: a_ca, from: [ { source: files }, { source: up, parameters: { x: y } } ] }
          - { name: b, union: [ { source: files, key: b } ] }
        """)]
    [InlineData("host.json", """
        {"server":{"drain":"10s"},"sources":{"files":{"type":"fileSystem","path":"./c"}},"secrets":[{"name":"a","maxNames":3,"from":[{"source":"files"}]}]}
        """)]
    public void A_damaged_file_is_read_or_refused(string file, string sound)
    {
        using var configuration = new ConfigurationText();
        var random = new Random(1);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var text = Damage(sound, random);

            var exception = Record.Exception(() => configuration.Load(text, file));

            Assert.True(exception is null or SecretConfigurationException, $"{exception}\n{text}");
        }
    }

    private static string Damage(string sound, Random random)
    {
        var text = new StringBuilder(sound);
        for (var slip = random.Next(3); slip >= 0; slip--)
        {
            var place = random.Next(text.Length);
            if (random.Next(2) == 0)
            {
                text.Remove(place, Math.Min(1 + random.Next(5), text.Length - place - 1));
            }
            else
            {
                text.Insert(place, Slips[random.Next(Slips.Length)]);
            }
        }

        return text.ToString();
    }
}
