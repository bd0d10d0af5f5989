using System.Collections.Immutable;

namespace SecretProviders.Kubernetes.Configuration;

/// <summary>A token and a certificate together; nothing at all is anonymous.</summary>
/// <param name="all">The credentials; the first that gives a part wins.</param>
internal sealed class CombinedCredential(IEnumerable<ICredential> all) : ICredential
{
    private readonly ImmutableArray<ICredential> _all = [.. all];

    /// <inheritdoc/>
    public async ValueTask<Proof> GetAsync(bool renew, CancellationToken cancellationToken)
    {
        var proof = Proof.Anonymous;
        foreach (var credential in _all)
        {
            var next = await credential.GetAsync(renew, cancellationToken).ConfigureAwait(false);
            proof = new Proof { Token = proof.Token ?? next.Token, Certificate = proof.Certificate ?? next.Certificate };
        }

        return proof;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var credential in _all)
        {
            credential.Dispose();
        }
    }
}
