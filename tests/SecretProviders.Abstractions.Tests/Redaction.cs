using System.Text;

namespace SecretProviders.Tests;

/// <summary>Looks for the marker of private bytes in whatever people may read.</summary>
internal static class Redaction
{
    public static void AssertHidden(string? text)
    {
        var marker = Encoding.UTF8.GetBytes(Samples.Marker);
        Assert.NotNull(text);
        Assert.DoesNotContain(Samples.Marker, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToHexString(marker)[..16], text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(marker)[..16], text, StringComparison.Ordinal);
        Assert.DoesNotContain("104, 117, 110, 116", text, StringComparison.Ordinal);
    }
}
