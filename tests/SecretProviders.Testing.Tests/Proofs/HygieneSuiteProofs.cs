using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using SecretProviders.ConformanceTests;

namespace SecretProviders.Testing.Tests.Proofs;

public sealed class HygieneSuiteProofs
{
    [Fact]
    public Task A_value_in_a_log_line_is_caught() =>
        Proof.FailsAsync<Probes.Hygiene<Spoiled<LogsValues>>>(static suite => suite.Private_bytes_appear_nowhere(SecretKind.Generic));

    [Fact]
    public Task A_key_as_PEM_in_a_log_line_is_caught() =>
        Proof.FailsAsync<Probes.Hygiene<Spoiled<LogsKeys>>>(static suite => suite.Private_bytes_appear_nowhere(SecretKind.TlsCertificate));

    [Fact]
    public Task Ticket_keys_as_text_in_a_state_are_caught() =>
        Proof.FailsAsync<Probes.Hygiene<Spoiled<PrintsTicketKeys>>>(static suite => suite.Private_bytes_appear_nowhere(SecretKind.SessionTicketKeys));

    [Fact]
    public Task A_value_in_a_tag_is_caught() =>
        Proof.FailsAsync<Probes.Hygiene<Spoiled<TagsValues>>>(static suite => suite.Private_bytes_appear_nowhere(SecretKind.Generic));

    [Fact]
    public Task A_message_that_quotes_unsound_bytes_is_caught() =>
        Proof.FailsAsync<Probes.Hygiene<Spoiled<QuotesUnsoundBytes>>>(static suite => suite.Unsound_bytes_appear_nowhere());

    [Fact]
    public Task A_failure_without_words_is_caught() =>
        Proof.FailsAsync<Probes.Hygiene<Spoiled<SaysNothing>>>(static suite => suite.Failure_has_words(StoreFault.Denied));

    private static string? TextOf(SecretState state) =>
        state is SecretState.Found { Secret: GenericSecret { Value: { } value } } ? Encoding.ASCII.GetString(value.GetSpan()) : null;

    private sealed class LogsValues : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state)
        {
            var read = TextOf(state);
            Harness.Logs.CreateLogger("leak").Log(LogLevel.Debug, 1, read, null, static (text, _) => $"read {text}");
            return [state];
        }
    }

    private sealed class LogsKeys : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state)
        {
            if (state is SecretState.Found { Secret: TlsCertificate { PrivateKey: PrivateKeyBytes key } })
            {
                var pem = PemEncoding.WriteString("PRIVATE KEY", key.Pkcs8.GetSpan());
                Harness.Logs.CreateLogger("leak").Log(LogLevel.Debug, 1, pem, null, static (text, _) => $"read {text}");
            }

            return [state];
        }
    }

    private sealed class PrintsTicketKeys : Spoiler
    {
        private string _seen = string.Empty;

        protected override IEnumerable<SecretState> Spoil(SecretState state)
        {
            if (state is SecretState.Found { Secret: SessionTicketKeys keys })
            {
                _seen = Convert.ToHexString(keys.Keys[0].GetSpan());
            }

            return [state is SecretState.Unavailable outage ? outage with { Error = $"lost {_seen}" } : state];
        }
    }

    private sealed class TagsValues : Spoiler
    {
        private static readonly ActivitySource Activities = new("SecretProviders.Leak");

        protected override IEnumerable<SecretState> Spoil(SecretState state)
        {
            using var activity = Activities.StartActivity("read");
            activity?.SetTag("value", TextOf(state));
            return [state];
        }
    }

    private sealed class QuotesUnsoundBytes : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) => [state is SecretState.Invalid invalid
            ? invalid with { Problem = new SecretProblem(SecretProblemCode.Malformed, $"not PEM: {Harness.Marker}") }
            : state];
    }

    private sealed class SaysNothing : Spoiler
    {
        protected override IEnumerable<SecretState> Spoil(SecretState state) => [state is SecretState.Denied denied ? denied with { Remedy = " " } : state];
    }
}
