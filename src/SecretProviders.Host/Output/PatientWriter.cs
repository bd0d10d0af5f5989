using System.Text;

namespace SecretProviders.Host.Output;

/// <summary>Writes what goes to the log, and loses it when that cannot be written: a full disk must not end a server.</summary>
/// <param name="inner">Takes what can be written.</param>
internal sealed class PatientWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(value, static (writer, value) => writer.Write(value));

    public override void Write(string? value) => Try(value, static (writer, value) => writer.Write(value));

    public override void WriteLine(string? value) => Try(value, static (writer, value) => writer.WriteLine(value));

    public override void Flush() => Try(string.Empty, static (writer, _) => writer.Flush());

    private void Try<T>(T value, Action<TextWriter, T> write)
    {
        try
        {
            write(inner, value);
        }
        catch (IOException)
        {
            // There is nowhere left to say so.
        }
    }
}
