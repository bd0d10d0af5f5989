using System.Text;
using System.Text.Json;
using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Tests.Client;

public sealed class VaultJsonTests
{
    [Theory]
    [InlineData("\"plain\"", "plain")]
    [InlineData("\"\"", "")]
    [InlineData("\"a\\nb\\u00fc\\\"\"", "a\nbü\"")]
    [InlineData("42", "42")]
    [InlineData("true", "true")]
    [InlineData("{\"a\": [1, 2]}", "{\"a\": [1, 2]}")]
    [InlineData("null", null)]
    public void Value_is_its_text_or_its_json(string json, string? expected)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes);
        reader.Read();

        var value = VaultJson.ReadValue(ref reader, bytes);

        Assert.Equal(expected, value is null ? null : Encoding.UTF8.GetString(value.GetSpan()));
    }

    [Theory]
    [InlineData("""{"x":{"name":"inner"},"name":"outer"}""", "outer")]
    [InlineData("""{"na\u006de":"escaped"}""", "escaped")]
    [InlineData("""{"name":1}""", null)]
    [InlineData("""{"other":"x"}""", null)]
    [InlineData("""["name"]""", null)]
    [InlineData("", null)]
    public void Property_is_found_on_the_first_level_only(string json, string? expected) =>
        Assert.Equal(expected, VaultJson.FindText(Encoding.UTF8.GetBytes(json), "name"u8));

    [Fact]
    public void Object_is_written_with_its_escapes_and_without_nulls()
    {
        var written = VaultJson.WriteObject(("role", VaultJson.Text("a\"b\u0001")), ("none", null), ("jwt", VaultJson.Text("ü")));

        using var document = JsonDocument.Parse(written.Memory);
        Assert.Equal("a\"b\u0001", document.RootElement.GetProperty("role").GetString());
        Assert.Equal("ü", document.RootElement.GetProperty("jwt").GetString());
        Assert.False(document.RootElement.TryGetProperty("none", out _));
    }

    [Fact]
    public void Long_values_of_escapes_fit() => Assert.True(VaultJson.WriteObject(("x", SensitiveBytes.Copy(new byte[100_000]))).Length > 600_000);
}
