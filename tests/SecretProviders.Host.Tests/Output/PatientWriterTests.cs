using SecretProviders.Host.Output;

namespace SecretProviders.Host.Tests.Output;

/// <summary>A log whose device is full stops nobody.</summary>
public sealed class PatientWriterTests
{
    [Fact]
    public void What_cannot_be_written_is_lost()
    {
        using var full = new FullWriter();
        using var writer = new PatientWriter(full);

        writer.Write('a');
        writer.Write("text");
        writer.WriteLine("line");
        writer.Flush();

        Assert.Equal(full.Encoding, writer.Encoding);
    }

    [Fact]
    public void What_can_be_written_is_written()
    {
        using var inner = new SignallingWriter();
        using var writer = new PatientWriter(inner);

        writer.Write('a');
        writer.Write("b");
        writer.WriteLine("c");
        writer.Flush();

        Assert.Equal("abc\n", inner.ToString());
    }
}
