using System.Globalization;
using System.Text;
using SecretProviders.SdsFile;
using SecretProviders.Testing;

namespace SecretProviders.Xds.Tests.SdsFile;

/// <summary>Resource files with random damage: each is read without an exception, and what is not found is told with the file's name.</summary>
public sealed class SdsFileMutationTests : IDisposable
{
    private const int Mutations = 300;
    private const string SecretType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

    // Half of the damage is done with what means something in YAML or JSON.
    private const string Marks = "{}[]:,-#&*!|>'\"%@`?~ \n\t\\<=.0\u00FF";
    private static readonly string[] Names = ["pair", "trust", "keys", "named"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-file-");
    private readonly TestCertificateAuthority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("sds.yaml", 1)]
    [InlineData("sds.yaml", 2)]
    [InlineData("sds.json", 1)]
    [InlineData("sds.json", 2)]
    public void Damaged_file_is_read_or_told_and_never_throws(string name, int seed)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(Path.Combine(_folder.FullName, "token"), "beside");
        var reader = new SdsFileReader("envoy", path, new OutsideData(allowEnvironment: false, 1024 * 1024), 1024 * 1024);
        var sound = Encoding.Latin1.GetBytes(path.EndsWith("json", StringComparison.Ordinal) ? Json() : Yaml());
        File.WriteAllBytes(path, sound);
        Assert.All(Names, secret => Assert.IsType<SecretState.Found>(reader.Read(reader.ReadFile().File!, secret)));

        foreach (var damaged in Damage(sound, new Random(seed)))
        {
            File.WriteAllBytes(path, damaged);

            var (file, failure) = reader.ReadFile();

            AssertTold(path, failure);
            foreach (var secret in file is null ? [] : Names)
            {
                _ = reader.PathsOf(file!, secret);
                AssertTold(path, reader.Read(file!, secret));
            }
        }
    }

    private static void AssertTold(string path, SecretState? state)
    {
        if (state is SecretState.Invalid invalid)
        {
            Assert.StartsWith(path, invalid.Problem.Message, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<byte[]> Damage(byte[] sound, Random random)
    {
        for (var i = 0; i < Mutations; i++)
        {
            var bytes = sound.ToList();
            for (var hits = random.Next(1, 4); hits > 0; hits--)
            {
                var place = random.Next(bytes.Count);
                var value = random.Next(2) == 0 ? (byte)Marks[random.Next(Marks.Length)] : (byte)random.Next(256);
                switch (random.Next(4))
                {
                    case 0:
                        bytes.Insert(place, value);
                        break;
                    case 1:
                        bytes.RemoveRange(place, Math.Min(random.Next(1, 20), bytes.Count - place - 1));
                        break;
                    default:
                        bytes[place] = value;
                        break;
                }
            }

            yield return [.. bytes];
        }
    }

    private static string Base64(int length) => Convert.ToBase64String(new byte[length]);

    private string Yaml()
    {
        var (certificate, key) = Pair();
        return $"""
            resources:
            - "@type": {SecretType}
              name: pair
              tls_certificate:
                certificate_chain: {"{"} inline_string: "{Escape(certificate)}" {"}"}
                private_key:
                  inline_string: |
                    {key.TrimEnd().Replace("\n", "\n        ", StringComparison.Ordinal)}
            - "@type": {SecretType}
              name: trust
              validationContext:
                trustedCa: {"{"} inline_string: "{Escape(_authority.Certificate.ToPem())}" {"}"}
                match_typed_subject_alt_names: [ {"{"} san_type: DNS, matcher: {"{"} exact: a.example {"}"} {"}"} ]
                max_verify_depth: 3
            - {"{"} "@type": {SecretType}, name: keys, session_ticket_keys: {"{"} keys: [ {"{"} inline_bytes: "{Base64(80)}" {"}"} ] {"}"} {"}"}
            - "@type": {SecretType}
              name: named
              generic_secret: {"{"} secrets: {"{"} token: {"{"} filename: token {"}"}, 'user': {"{"} inline_string: me {"}"} {"}"} {"}"}
            """;
    }

    private string Json()
    {
        var (certificate, key) = Pair();
        return string.Create(CultureInfo.InvariantCulture, $$"""
            { "version_info": "1", "resources": [
              { "@type": "{{SecretType}}", "name": "pair", "tls_certificate": { "certificate_chain": { "inline_string": "{{Escape(certificate)}}" }, "private_key": { "inline_string": "{{Escape(key)}}" } } },
              { "@type": "{{SecretType}}", "name": "trust", "validationContext": { "trustedCa": { "inlineString": "{{Escape(_authority.Certificate.ToPem())}}" }, "max_verify_depth": 3, "allow_expired_certificate": false } },
              { "@type": "{{SecretType}}", "name": "keys", "session_ticket_keys": { "keys": [ { "inline_bytes": "{{Base64(80)}}" } ] } },
              { "@type": "{{SecretType}}", "name": "named", "generic_secret": { "secrets": { "token": { "filename": "token" }, "user": { "inline_string": "me" } } } }
            ] }
            """);
    }

    private (string Certificate, string Key) Pair()
    {
        var issued = _authority.Issue("web.example");
        return (Encoding.ASCII.GetString(issued.CertificatePem), Encoding.ASCII.GetString(issued.PrivateKeyPem));
    }

    private static string Escape(string text) => text.Replace("\n", "\\n", StringComparison.Ordinal);
}
