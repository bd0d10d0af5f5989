using SecretProviders.Host.Output;

namespace SecretProviders.Host.Tests.Output;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("plain → text…", "plain → text…")]
    [InlineData("", "")]
    [InlineData("a\nb", "a\uFFFDb")]
    [InlineData("\e[31mred", "\uFFFD[31mred")]
    [InlineData("\u009b2J\u0007\r", "\uFFFD2J\uFFFD\uFFFD")]
    public void Control_characters_are_replaced(string text, string expected) => Assert.Equal(expected, Printable.Line(text));
}
