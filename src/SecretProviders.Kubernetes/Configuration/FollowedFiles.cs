using System.Collections.Immutable;

namespace SecretProviders.Kubernetes.Configuration;

/// <summary>
/// What files hold, decoded when they have changed. A certificate and its key are replaced one after the other, and a
/// file may be empty before it is filled: while what is there is not sound, what was there last stays.
/// </summary>
/// <param name="decode">Makes of the bytes what they are; throws a <see cref="SecretSourceException"/> when they are not sound.</param>
/// <param name="files">Each reads one file anew.</param>
internal sealed class FollowedFiles<T>(Func<ImmutableArray<SensitiveBytes>, T> decode, params ImmutableArray<Func<SensitiveBytes>> files)
    where T : class
{
    private readonly Lock _gate = new();
    private ImmutableArray<SensitiveBytes> _bytes = [];
    private T? _sound;

    /// <summary>Gets what the files hold, or held last.</summary>
    /// <param name="insist">Whether what they held last is of no use any more.</param>
    /// <exception cref="SecretSourceException">They hold nothing sound, and never did, or it is insisted.</exception>
    public T Read(bool insist = false)
    {
        lock (_gate)
        {
            try
            {
                var bytes = files.Select(static read => read()).ToImmutableArray();
                if (_sound is null || !bytes.SequenceEqual(_bytes))
                {
                    (_sound, _bytes) = (decode(bytes), bytes);
                }
            }
            catch (SecretSourceException) when (_sound is not null && !insist)
            {
                // The next read looks again.
            }

            return _sound;
        }
    }
}
