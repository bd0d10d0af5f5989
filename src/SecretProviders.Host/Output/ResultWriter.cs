using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SecretProviders.Host.Output;

/// <summary>Writes results: to stdout what was asked for, to stderr what goes with it.</summary>
/// <param name="output">Takes the result.</param>
/// <param name="error">Takes everything else.</param>
/// <param name="json">Whether a result is one JSON object per line.</param>
/// <param name="time">Tells the reader's time.</param>
internal sealed class ResultWriter(TextWriter output, TextWriter error, bool json, TimeProvider time)
{
    /// <summary>Makes a writer on a command's streams.</summary>
    public ResultWriter(CommandEnvironment environment, bool json)
        : this(environment.Output, environment.Error, json, environment.Time)
    {
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes one name; when its content is there, the content alone is the result.</summary>
    public void WriteSecret(SecretView view)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(view, ViewJson.Readable.SecretView));
        }
        else if (view.Material is { } material)
        {
            WriteSummary(error, view);
            WriteMaterial(material);
        }
        else
        {
            WriteSummary(output, view);
        }
    }

    /// <summary>Writes one event of a watch.</summary>
    public void WriteEvent(SecretView view)
    {
        output.WriteLine(json ? JsonSerializer.Serialize(view, ViewJson.Readable.SecretView) : EventLine.Format(view, time.GetLocalNow()));
        if (!json && view.Material is { } material)
        {
            WriteMaterial(material);
        }

        output.Flush();
    }

    /// <summary>Writes why a name is what it is.</summary>
    public void WriteExplanation(ExplanationView explanation)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(explanation, ViewJson.Readable.ExplanationView));
            return;
        }

        WriteSummary(output, explanation);
        Field("route", explanation.Route ?? "none takes this name");
        Field("because", explanation.Reason);
        foreach (var (source, rank) in explanation.Sources.Select(static (source, index) => (source, index + 1)))
        {
            WriteSource(source, rank);
        }

        Field("consumers", $"{explanation.Consumers}: {explanation.Sent} were sent this version, {explanation.Applied} use it, {explanation.Rejected} refused it, {explanation.Lagging} lag");
        foreach (var rejection in explanation.Rejections)
        {
            Field("refused by", rejection);
        }

        if (explanation.NextChange is { } next)
        {
            Field("next change", $"{Instant(next)} at the latest");
        }
    }

    private static string Instant(DateTime instant) => instant.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private void Field(string label, string? text, TextWriter? writer = null)
    {
        if (text is not null)
        {
            (writer ?? output).WriteLine(Printable.Line($"{label,-12}{text}"));
        }
    }

    private void WriteSummary(TextWriter writer, SecretView view)
    {
        Field("name", view.Name, writer);
        Field("status", view.Status.ToString(), writer);
        Field("kind", view.Kind, writer);
        Field("version", view.Version, writer);
        Field("origin", view.Origin, writer);
        if (view is { NotBefore: { } start, NotAfter: { } end })
        {
            Field("validity", $"{Instant(start)} to {Instant(end)} ({EventLine.Validity(end, time.GetUtcNow())})", writer);
        }

        Field("problem", view.Problem, writer);
    }

    private void WriteSource(SourceView source, int rank)
    {
        var remarks = (source.Won ? "  ← in use" : string.Empty) + (source.HasLastGood && source.State != "Found" ? "  (last good at hand)" : string.Empty);
        Field($"source {rank}", $"{source.Source}  {source.Reference}  {source.State} since {Instant(source.Since)}{remarks}");
        if (source.Detail is { } detail)
        {
            Field(string.Empty, detail);
        }

        foreach (var gate in source.Gates)
        {
            Field(string.Empty, $"{(gate.Passed ? "passed" : "FAILED")}  {gate.Gate}: {gate.Detail}");
        }
    }

    private void WriteMaterial(SecretMaterial material)
    {
        output.Write(material.CertificateChain);
        output.Write(material.TrustAnchors);
        if (material.PrivateKey is { } key)
        {
            output.WriteLine(PemEncoding.Write("PRIVATE KEY", key));
        }

        foreach (var ticketKey in material.TicketKeys ?? [])
        {
            output.WriteLine(Convert.ToBase64String(ticketKey));
        }

        if (material.Value is { } value)
        {
            output.WriteLine(Readable(value));
        }

        foreach (var (name, field) in material.Fields ?? ImmutableSortedDictionary<string, byte[]>.Empty)
        {
            output.WriteLine($"{name}: {Readable(field)}");
        }
    }

    /// <summary>Shows text as it is, and what a terminal could choke on as base64.</summary>
    private static string Readable(byte[] bytes)
    {
        try
        {
            var text = StrictUtf8.GetString(bytes);
            return text.Any(static character => char.IsControl(character) && character is not '\n' and not '\t') ? Convert.ToBase64String(bytes) : text;
        }
        catch (DecoderFallbackException)
        {
            return Convert.ToBase64String(bytes);
        }
    }
}
