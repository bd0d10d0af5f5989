using System.Collections.Immutable;
using System.Text.Json;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.References;

namespace SecretProviders.Kubernetes.Material;

/// <summary>Reads the spec of a ReferenceGrant. Pure.</summary>
internal static class GrantReader
{
    /// <summary>Reads a spec; what is not there permits nothing.</summary>
    /// <exception cref="JsonException">It is not what the API's conventions say.</exception>
    public static GrantRules Read(ReadOnlySpan<byte> json)
    {
        var from = ImmutableArray.CreateBuilder<Referrer>();
        var to = ImmutableArray.CreateBuilder<(string, string, string?)>();
        var reader = new Utf8JsonReader(json, RawObject.Options);
        if (json.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return new GrantRules([], []);
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isFrom = reader.ValueTextEquals("from"u8);
            var isTo = reader.ValueTextEquals("to"u8);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray || !(isFrom || isTo))
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                var (group, kind, place, name) = ReadPeer(ref reader);
                if (isFrom)
                {
                    from.Add(new Referrer(place, group, kind));
                }
                else
                {
                    to.Add((group, kind, name));
                }
            }
        }

        return new GrantRules(from.ToImmutable(), to.ToImmutable());
    }

    private static (string Group, string Kind, string Namespace, string? Name) ReadPeer(ref Utf8JsonReader reader)
    {
        var (group, kind, place, name) = ("", "", "", (string?)null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.GetString();
            reader.Read();
            var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
            (group, kind, place, name) = field switch
            {
                "group" => (text ?? "", kind, place, name),
                "kind" => (group, text ?? "", place, name),
                "namespace" => (group, kind, text ?? "", name),
                "name" => (group, kind, place, text),
                _ => (group, kind, place, name),
            };
        }

        return (group, kind, place, name);
    }
}
