using System.Formats.Asn1;
using SecretProviders.Vault.Auth;
using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Engines.Pki;

/// <summary>
/// The authorities of a PKI engine as trust: its issuing authority, the chain up to the root, one issuer, or the
/// issuing authority with its revocation list. Polled whole.
/// </summary>
internal sealed class PkiTrustEngine(string source, VaultSession session, TimeProvider timeProvider) : IVaultEngine
{
    private const string AuthorityPath = "/ca";
    private const string ChainPath = "/ca_chain";
    private const string RevocationPath = "/crl";

    /// <inheritdoc/>
    public bool Takes(SecretReference reference) =>
        PkiPath.TrustOf(reference.Key) is not null
        && reference is { Property: null, Version: null, Parameters.IsEmpty: true }
        && !reference.Key.Contains("/data/", StringComparison.Ordinal);

    /// <inheritdoc/>
    public async ValueTask<SecretState> ReadAsync(SecretReference reference, string path, SecretState? previous, CancellationToken cancellationToken)
    {
        var target = PkiPath.TrustOf(path)!;
        var response = await session.SendAsync(VaultRequest.Get(target), cancellationToken).ConfigureAwait(false);
        if (PkiReader.ReadAuthority(response) is "" && target.EndsWith(ChainPath, StringComparison.Ordinal))
        {
            // An older server has no chain for a root, which is then all there is.
            response = await session.SendAsync(VaultRequest.Get(string.Concat(target.AsSpan(0, target.Length - ChainPath.Length), AuthorityPath)), cancellationToken).ConfigureAwait(false);
        }

        if (PkiReader.ReadAuthority(response) is not { } pem)
        {
            // A secret of KV version 1 may have such a name.
            response = target == path ? response : await session.SendAsync(VaultRequest.Get(path), cancellationToken).ConfigureAwait(false);
            return response is { IsSuccess: true, Data.IsEmpty: true } ? new SecretState.NotFound() : KvReader.ReadData(response, reference, source, timeProvider.GetUtcNow()).State;
        }

        if (reference.Kind is { } kind and not SecretKind.ValidationContext)
        {
            return Invalid(SecretProblemCode.WrongKind, $"'{reference.Key}' is trust and no secret of the kind {kind}: correct the route's kind.");
        }

        if (pem.Length == 0)
        {
            return new SecretState.NotFound();
        }

        return target.EndsWith(RevocationPath, StringComparison.Ordinal)
            ? await ReadRevocationsAsync(reference, target, pem, cancellationToken).ConfigureAwait(false)
            : Decode(reference, pem, revocations: null);
    }

    // A list of an authority says nothing of the authorities above it: only the leaf is looked up.
    private async ValueTask<SecretState> ReadRevocationsAsync(SecretReference reference, string path, string list, CancellationToken cancellationToken)
    {
        var authority = string.Concat(path.AsSpan(0, path.Length - RevocationPath.Length), AuthorityPath);
        var response = await session.SendAsync(VaultRequest.Get(authority), cancellationToken).ConfigureAwait(false);
        if (PkiReader.ReadAuthority(response) is not { Length: > 0 } pem)
        {
            return response.Status == 403
                ? VaultErrors.Refusal(response, reference.Key, "'read' on its cert/ca")
                : Invalid(SecretProblemCode.Incomplete, $"{response.Server} has a revocation list at '{reference.Key}', but no authority beside it: set one up there.");
        }

        return Decode(reference, pem, list);
    }

    private SecretState Decode(SecretReference reference, string authorities, string? revocations)
    {
        var fields = new List<KeyValuePair<string, SensitiveBytes>> { new("ca.crt", VaultJson.Text(authorities)) };
        if (revocations is not null)
        {
            fields.Add(new("ca.crl", VaultJson.Text(revocations)));
        }

        var state = SecretDecoder.Decode(new SecretFields(fields, reference.Key), SecretKind.ValidationContext);
        if (state is not SecretState.Found { Secret: ValidationContext trust } found)
        {
            return state;
        }

        if (revocations is not null && !IsListOf(trust))
        {
            return new SecretState.Unavailable($"The revocation list at '{reference.Key}' is of another authority than the one beside it, which is being replaced: it is read again.");
        }

        return found with
        {
            Secret = trust with { OnlyVerifyLeafRevocation = revocations is not null },
            Origin = new SecretOrigin(source) { Location = reference.Key },
        };
    }

    private static bool IsListOf(ValidationContext trust)
    {
        using var authority = trust.TrustAnchors[0].Load();
        return trust.RevocationLists is [var list] && IssuerOf(list).Span.SequenceEqual(authority.SubjectName.RawData);
    }

    // RFC 5280, section 5.1: the issuer follows the version, which may be absent, and the algorithm of the signature.
    private static ReadOnlyMemory<byte> IssuerOf(ReadOnlyMemory<byte> list)
    {
        var signed = new AsnReader(list, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        if (signed.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            signed.ReadEncodedValue();
        }

        signed.ReadEncodedValue();
        return signed.ReadEncodedValue();
    }

    private static SecretState.Invalid Invalid(SecretProblemCode code, string message) => new(new SecretProblem(code, message));
}
