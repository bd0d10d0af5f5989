using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace SecretProviders.Vault.Client;

/// <summary>Bytes of an answer to what they say. Pure: no input or output, no clock.</summary>
internal static class VaultResponseReader
{
    // Messages go into states and logs: a proxy that answers with a novel must not fill them.
    private const int LongestMessage = 500;
    private const int MostMessages = 8;

    /// <summary>Reads an answer.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="server">The server, for messages.</param>
    /// <param name="body">The body; may be empty.</param>
    /// <param name="response">The answer, when these are Vault's words.</param>
    /// <returns>False when the body is not one JSON object as Vault writes it.</returns>
    public static bool TryRead(int status, string server, SensitiveBytes body, [NotNullWhen(true)] out VaultResponse? response)
    {
        response = new VaultResponse { Status = status, Server = server, Body = body };
        if (body.Length == 0)
        {
            // A yes without words is one; a no without words may be anybody's.
            return response.IsSuccess;
        }

        try
        {
            response = Read(response);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            response = null;
            return false;
        }
        finally
        {
            GC.KeepAlive(body);
        }

        if (response is { IsSuccess: false, Errors.IsDefault: true, RequestId: null })
        {
            response = null;
            return false;
        }

        response = response with { Errors = response.Errors.IsDefault ? [] : response.Errors };
        return true;
    }

    private static VaultResponse Read(VaultResponse response)
    {
        var json = response.Body.GetSpan();
        var reader = new Utf8JsonReader(json, VaultJson.ReaderOptions);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        response = response with { Errors = default };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            response = ReadProperty(ref reader, response);
        }

        // What follows the object, or its missing end, is found here.
        while (reader.Read())
        {
        }

        return response;
    }

    private static VaultResponse ReadProperty(ref Utf8JsonReader reader, VaultResponse response)
    {
        var name = reader.ValueIsEscaped ? string.Empty : PropertyOf(reader.ValueSpan);
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return response;
        }

        switch (name)
        {
            case "request_id":
                return response with { RequestId = reader.GetString() };
            case "lease_id":
                return response with { LeaseId = reader.GetString() ?? string.Empty };
            case "renewable":
                return response with { Renewable = reader.GetBoolean() };
            case "lease_duration":
                return response with { LeaseDuration = VaultJson.Seconds(reader.GetInt64()) };
            case "errors":
                return response with { Errors = ReadMessages(ref reader) };
            case "warnings":
                return response with { Warnings = ReadMessages(ref reader) };
            case "data":
                return response with { Data = response.Body.Memory[VaultJson.ReadRange(ref reader)] };
            case "auth":
                return response with { Auth = ReadGrant(response.Body.GetSpan()[VaultJson.ReadRange(ref reader)]) };
            default:
                reader.Skip();
                return response;
        }
    }

    private static string PropertyOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("request_id"u8) ? "request_id"
        : name.SequenceEqual("lease_id"u8) ? "lease_id"
        : name.SequenceEqual("renewable"u8) ? "renewable"
        : name.SequenceEqual("lease_duration"u8) ? "lease_duration"
        : name.SequenceEqual("errors"u8) ? "errors"
        : name.SequenceEqual("warnings"u8) ? "warnings"
        : name.SequenceEqual("data"u8) ? "data"
        : name.SequenceEqual("auth"u8) ? "auth"
        : string.Empty;

    private static ImmutableArray<string> ReadMessages(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException();
        }

        var messages = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String && messages.Count < MostMessages)
            {
                messages.Add(Shorten(reader.GetString()!));
            }
            else
            {
                reader.Skip();
            }
        }

        return messages.ToImmutable();
    }

    private static VaultGrant ReadGrant(ReadOnlySpan<byte> json) => new(
        VaultJson.FindSensitive(json, "client_token"u8) ?? SensitiveBytes.Copy([]),
        VaultJson.FindSeconds(json, "lease_duration"u8) ?? TimeSpan.Zero,
        VaultJson.FindTruth(json, "renewable"u8) ?? false,
        VaultJson.FindRange(json, "mfa_requirement"u8) is { } mfa && json[mfa] is [(byte)'{', ..]);

    // Vault writes lists of errors over several lines; a state and a log line have one.
    private static string Shorten(string message)
    {
        var line = string.Join(' ', message.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return line.Length <= LongestMessage ? line : line[..LongestMessage] + "…";
    }
}
