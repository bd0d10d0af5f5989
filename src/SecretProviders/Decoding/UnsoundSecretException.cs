namespace SecretProviders.Decoding;

/// <summary>Carries a problem from a reader to <see cref="SecretDecoder"/>, which makes a state of it; seen by nobody else.</summary>
/// <param name="code">What is wrong.</param>
/// <param name="where">The place and the field.</param>
/// <param name="message">The thing and the remedy, as sentences; never content.</param>
internal sealed class UnsoundSecretException(SecretProblemCode code, string where, string message) : Exception(message)
{
    private const int LongestMessage = 1000;

    /// <summary>Gets the problem on one printable line: names of fields and subjects of certificates are the store's words.</summary>
    public SecretProblem Problem { get; } = new(code, OneLine($"{where}: {message}"));

    private static string OneLine(string text) =>
        string.Create(Math.Min(text.Length, LongestMessage), text, static (line, text) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = char.IsControl(text[i]) ? '?' : text[i];
            }
        });
}
