using System.Globalization;
using System.Text;
using System.Text.Json;
using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Engines;

/// <summary>Answers of the KV engines, version 1 and 2, to states. Pure.</summary>
/// <remarks>
/// The two are told apart by the answer, since a path does not show it and a token need not be allowed to ask: KV v2
/// wraps <c>data</c> and <c>metadata</c> with a <c>version</c> and a <c>created_time</c> into <c>data</c>.
/// </remarks>
internal static class KvReader
{
    // Of the properties in a message.
    private const int MostNames = 20;

    /// <summary>Reads the answer to a read of data.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="reference">What was asked for.</param>
    /// <param name="source">The source's name.</param>
    /// <param name="now">The present: no deletion is later.</param>
    public static KvAnswer ReadData(VaultResponse response, SecretReference reference, string source, DateTimeOffset now)
    {
        var json = response.Data.Span;
        var metadata = Find(json, "metadata"u8);
        var stamp = ReadStamp(metadata);
        var data = stamp is null ? json : Find(json, "data"u8);
        if (data is [(byte)'{', ..] && response.IsSuccess)
        {
            return stamp is null && reference.Version is not null
                ? new KvAnswer(Invalid(SecretProblemCode.BadName, $"'{reference.Key}' is of KV version 1, which keeps no versions: remove the reference's version."))
                : new KvAnswer(Decode(response, data, reference, source, stamp), stamp);
        }

        if (stamp is not null && !data.StartsWith("{"u8))
        {
            var removed = Removed(metadata, now);
            GC.KeepAlive(response);
            return new KvAnswer(removed);
        }

        return new KvAnswer(VaultErrors.IsAbsent(response)
            ? new SecretState.NotFound()
            : response.IsSuccess
                ? Invalid(SecretProblemCode.Malformed, $"{response.Server}: '{reference.Key}' holds no fields: it is no path of a KV engine.")
                : VaultErrors.Refusal(response, reference.Key, $"'read' on '{reference.Key}'"));
    }

    /// <summary>Reads the answer to a read of metadata.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="version">The version that is wanted, or null for the latest.</param>
    /// <returns>Null when it does not say.</returns>
    public static KvVersionState? ReadMetadata(VaultResponse response, string? version)
    {
        var json = response.Data.Span;
        if (!response.IsSuccess || VaultJson.FindNumber(json, "current_version"u8) is not { } current)
        {
            return null;
        }

        var number = version ?? current.ToString(CultureInfo.InvariantCulture);
        var entry = Find(Find(json, "versions"u8), Encoding.ASCII.GetBytes(number));
        var state = VaultJson.FindText(entry, "created_time"u8) is { } created
            ? new KvVersionState(new KvStamp(long.Parse(number, CultureInfo.InvariantCulture), created), IsThere(entry))
            : null;
        GC.KeepAlive(response);
        return state;
    }

    // A time of deletion may be one to come (delete_version_after): by which clock it has come, only the data says.
    private static bool IsThere(ReadOnlySpan<byte> version) =>
        VaultJson.FindTruth(version, "destroyed"u8) != true && VaultJson.FindText(version, "deletion_time"u8) is "" or null;

    private static KvStamp? ReadStamp(ReadOnlySpan<byte> metadata) =>
        VaultJson.FindNumber(metadata, "version"u8) is { } version && VaultJson.FindText(metadata, "created_time"u8) is { } created
            ? new KvStamp(version, created)
            : null;

    private static SecretState Decode(VaultResponse response, ReadOnlySpan<byte> data, SecretReference reference, string source, KvStamp? stamp)
    {
        var fields = ReadFields(data);
        if (Choose(fields, reference, out var chosen) is { } problem)
        {
            return problem;
        }

        var state = SecretDecoder.Decode(chosen!, reference.Kind);
        GC.KeepAlive(response);
        return state is SecretState.Found found
            ? found with { Origin = new SecretOrigin(source) { Location = reference.Key, StoreVersion = stamp?.Version.ToString(CultureInfo.InvariantCulture) } }
            : state;
    }

    private static SecretState.Invalid? Choose(List<KeyValuePair<string, SensitiveBytes>> fields, SecretReference reference, out SecretFields? chosen)
    {
        chosen = null;
        if (reference.Property is { } property && !fields.Exists(field => field.Key == property))
        {
            var has = fields.Count == 0 ? "no property at all" : $"no property '{property}', but {Names(fields)}";
            return Invalid(SecretProblemCode.Incomplete, $"'{reference.Key}' has {has}: correct the reference's property, or write it.");
        }

        var wanted = reference.Property is null ? fields : fields.FindAll(field => field.Key == reference.Property);
        if (KvEncoding.IsBase64(reference) && !KvEncoding.TryDecode(wanted, out wanted, out var broken))
        {
            return Invalid(SecretProblemCode.Malformed, $"'{reference.Key}': the property '{broken}' is not base64, as the reference's encoding says: write it so, or remove the encoding.");
        }

        if (fields.Exists(static field => field.Key.Length == 0))
        {
            return Invalid(SecretProblemCode.Malformed, $"'{reference.Key}' has a property without a name: give it one.");
        }

        chosen = reference.Property is { } only ? SecretFields.Single(wanted[0].Value, $"{reference.Key}#{only}") : new SecretFields(wanted, reference.Key);
        return null;
    }

    private static string Names(List<KeyValuePair<string, SensitiveBytes>> fields) =>
        string.Join(", ", fields.Take(MostNames).Select(static field => $"'{field.Key}'")) + (fields.Count > MostNames ? $" and more, {fields.Count} in all" : string.Empty);

    // A property that is null is none; numbers, truths, lists and objects are their JSON. Of equal names the last counts.
    private static List<KeyValuePair<string, SensitiveBytes>> ReadFields(ReadOnlySpan<byte> json)
    {
        var fields = new Dictionary<string, SensitiveBytes>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json, VaultJson.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (VaultJson.ReadValue(ref reader, json) is { } value)
            {
                fields[name] = value;
            }
            else
            {
                fields.Remove(name);
            }
        }

        return [.. fields];
    }

    // Destroyed is for ever and done on purpose, mostly because the content leaked: nobody is to have it any longer, so
    // it is honoured at once, as a redaction is. Deleted can be undone, and is kept as long as the route says.
    private static SecretState.Removed Removed(ReadOnlySpan<byte> metadata, DateTimeOffset now)
    {
        if (VaultJson.FindTruth(metadata, "destroyed"u8) == true)
        {
            return new SecretState.Removed(RemovalReason.Redacted);
        }

        var text = VaultJson.FindText(metadata, "deletion_time"u8);
        return new SecretState.Removed(RemovalReason.Deleted)
        {
            // The server's clock may be ahead of ours: what is deleted was not deleted in the future.
            DeletedAt = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? (at < now ? at : now) : null,
        };
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name) =>
        json is [(byte)'{', ..] && VaultJson.FindRange(json, name) is { } range ? json[range] : [];

    private static SecretState.Invalid Invalid(SecretProblemCode code, string message) => new(new SecretProblem(code, message));
}
