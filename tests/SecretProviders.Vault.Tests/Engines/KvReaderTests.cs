using System.Text;
using SecretProviders.Vault.Client;
using SecretProviders.Vault.Engines;

namespace SecretProviders.Vault.Tests.Engines;

/// <summary>Answers of the KV engines to states, without a server.</summary>
public sealed class KvReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SecretReference Generic = new("secret/data/web") { Kind = SecretKind.Generic };

    [Fact]
    public void Fields_of_version_2_are_found_with_their_version()
    {
        var answer = Read(200, """{"data":{"a":"1","b":"2"},"metadata":{"created_time":"2026-01-01T00:00:00.5Z","deletion_time":"","destroyed":false,"version":7}}""");

        var found = Assert.IsType<SecretState.Found>(answer.State);
        Assert.Equal(["a", "b"], Assert.IsType<GenericSecret>(found.Secret).Fields.Keys);
        Assert.Equal(("secret/data/web", "7"), (found.Origin!.Location, found.Origin.StoreVersion));
        Assert.Equal(new KvStamp(7, "2026-01-01T00:00:00.5Z"), answer.Stamp);
    }

    [Fact]
    public void Fields_of_version_1_are_found_without_a_version()
    {
        var answer = Read(200, """{"user":"u","ttl":"30m"}""");

        Assert.Null(Assert.IsType<SecretState.Found>(answer.State).Origin!.StoreVersion);
        Assert.Null(answer.Stamp);
    }

    [Fact]
    public void Version_1_with_fields_named_data_and_metadata_stays_version_1() =>
        Assert.Equal(["data", "metadata"], Fields(Read(200, """{"data":"x","metadata":"y"}""")).Keys);

    [Fact]
    public void Values_that_are_no_text_are_their_json_and_null_is_no_field()
    {
        var fields = Fields(Read(200, """{"n":42,"t":true,"l":[1, "x"],"o":{"a":null},"nul":null,"s":"ü\n"}"""));

        Assert.Equal(
            new Dictionary<string, string> { ["n"] = "42", ["t"] = "true", ["l"] = "[1, \"x\"]", ["o"] = "{\"a\":null}", ["s"] = "ü\n" },
            fields.ToDictionary(static field => field.Key, static field => Encoding.UTF8.GetString(field.Value.GetSpan())));
    }

    [Theory]
    [InlineData("""{"n":12345678901234567890.10}""", "12345678901234567890.10")]
    [InlineData("""{"n":9007199254740993}""", "9007199254740993")]
    [InlineData("""{"n":"first","n":"last"}""", "last")]
    public void Numbers_keep_every_digit_and_of_equal_names_the_last_counts(string data, string value) =>
        Assert.Equal(value, Encoding.UTF8.GetString(Fields(Read(200, data))["n"].GetSpan()));

    [Fact]
    public void Property_is_one_value()
    {
        var found = Assert.IsType<SecretState.Found>(Read(200, """{"a":"1","b":"2"}""", Generic with { Property = "b" }).State);

        Assert.Equal("2"u8.ToArray(), Assert.IsType<GenericSecret>(found.Secret).Value!.Memory.ToArray());
    }

    [Fact]
    public void Missing_property_is_Invalid_and_names_those_that_are_there()
    {
        var problem = Invalid(Read(200, """{"a":"marker","b":"2"}""", Generic with { Property = "c" }));

        Assert.Equal(SecretProblemCode.Incomplete, problem.Code);
        Assert.Contains("no property 'c', but 'a', 'b'", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("marker", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_property_of_very_many_names_a_few_of_them()
    {
        var data = $"{{{string.Join(',', Enumerable.Range(0, 10_000).Select(static index => $"\"a{index}\":1"))}}}";

        var problem = Invalid(Read(200, data, Generic with { Property = "c" }));

        Assert.InRange(problem.Message.Length, 50, 500);
        Assert.Contains("10000", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", SecretProblemCode.Incomplete)]
    [InlineData("""{"":"x"}""", SecretProblemCode.Malformed)]
    public void Fields_that_are_no_secret_are_Invalid(string data, SecretProblemCode code) => Assert.Equal(code, Invalid(Read(200, data)).Code);

    [Fact]
    public void Base64_is_decoded_when_the_reference_says_so() =>
        Assert.Equal([0, 255], Fields(Read(200, """{"a":"AP8="}""", Encoded))["a"].Memory.ToArray());

    [Fact]
    public void What_is_no_base64_is_Invalid_and_not_shown()
    {
        var problem = Invalid(Read(200, """{"a":"!marker"}""", Encoded));

        Assert.Contains("'a' is not base64", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("marker", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("encoding", "base64", true)]
    [InlineData("encoding", "hex", false)]
    [InlineData("ttl", "1h", false)]
    public void Only_the_encoding_is_a_parameter(string name, string value, bool sound) =>
        Assert.Equal(sound, KvEncoding.Check(Generic with { Parameters = Generic.Parameters.Add(name, value) }) is null);

    [Fact]
    public void Deleted_version_is_Removed_and_says_when()
    {
        var removed = Assert.IsType<SecretState.Removed>(Read(404, Gone("2026-05-01T00:00:00Z", destroyed: false)).State);

        Assert.Equal((RemovalReason.Deleted, new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero)), (removed.Reason, removed.DeletedAt));
    }

    [Fact]
    public void Deletion_by_a_clock_that_is_ahead_is_not_in_the_future() =>
        Assert.Equal(Now, Read(404, Gone("2026-06-01T00:05:00Z", destroyed: false)).State.DeletedAt);

    [Fact]
    public void Destroyed_version_is_Removed_for_good() =>
        Assert.Equal(RemovalReason.Redacted, Assert.IsType<SecretState.Removed>(Read(404, Gone("2026-12-23T00:00:00Z", destroyed: true)).State).Reason);

    [Fact]
    public void Plain_404_is_NotFound() => Assert.IsType<SecretState.NotFound>(Read(404, null).State);

    [Fact]
    public void Path_of_the_other_version_is_Invalid_in_Vaults_words()
    {
        var response = Response(404, null) with { Warnings = ["Invalid path for a versioned K/V secrets engine."] };

        Assert.Contains("versioned K/V", Invalid(KvReader.ReadData(response, Generic, "vault", Now)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_of_version_1_is_Invalid() =>
        Assert.Contains("keeps no versions", Invalid(Read(200, """{"a":"1"}""", Generic with { Version = "3" })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(null, 2, true)]
    [InlineData("1", 1, false)]
    [InlineData("2", 2, true)]
    public void Metadata_says_which_version_and_whether_it_is_there(string? version, int number, bool there)
    {
        var state = KvReader.ReadMetadata(Response(200, Metadata), version)!;

        Assert.Equal((number, there), ((int)state.Stamp.Version, state.IsThere));
    }

    [Theory]
    [InlineData("3")]
    [InlineData("4")]
    public void Version_that_ends_by_a_time_is_not_known_to_be_there(string version) =>
        Assert.False(KvReader.ReadMetadata(Response(200, Metadata), version)!.IsThere);

    [Theory]
    [InlineData(200, """{"keys":["a"]}""")]
    [InlineData(200, """{"current_version":9,"versions":{}}""")]
    [InlineData(200, """{"current_version":"x"}""")]
    [InlineData(200, null)]
    [InlineData(403, null)]
    [InlineData(404, null)]
    public void What_is_no_metadata_says_nothing(int status, string? data) => Assert.Null(KvReader.ReadMetadata(Response(status, data), null));

    private const string Metadata = """
        {"current_version":2,"versions":{
          "1":{"created_time":"t1","deletion_time":"2026-12-23T00:00:00Z","destroyed":true},
          "2":{"created_time":"t2","deletion_time":"","destroyed":false},
          "3":{"created_time":"t3","deletion_time":"2026-12-23T00:00:00Z","destroyed":false},
          "4":{"created_time":"t4","deletion_time":"","destroyed":true}}}
        """;

    private static SecretReference Encoded => Generic with { Parameters = Generic.Parameters.Add("encoding", "base64") };

    private static string Gone(string deletionTime, bool destroyed) =>
        $$$"""{"data":null,"metadata":{"created_time":"t","deletion_time":"{{{deletionTime}}}","destroyed":{{{(destroyed ? "true" : "false")}}},"version":2}}""";

    private static SecretProblem Invalid(KvAnswer answer) => Assert.IsType<SecretState.Invalid>(answer.State).Problem;

    private static IReadOnlyDictionary<string, SensitiveBytes> Fields(KvAnswer answer) =>
        Assert.IsType<GenericSecret>(Assert.IsType<SecretState.Found>(answer.State).Secret).Fields;

    private static KvAnswer Read(int status, string? data, SecretReference? reference = null) =>
        KvReader.ReadData(Response(status, data), reference ?? Generic, "vault", Now);

    private static VaultResponse Response(int status, string? data) => new()
    {
        Status = status,
        Server = "Vault at https://v",
        Body = SensitiveBytes.Copy([]),
        Data = data is null ? default : Encoding.UTF8.GetBytes(data),
    };
}
