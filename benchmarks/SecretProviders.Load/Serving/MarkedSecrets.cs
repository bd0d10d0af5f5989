using System.Globalization;
using System.Text;
using SecretProviders.InMemory;

namespace SecretProviders.Load.Serving;

/// <summary>
/// The secrets that are served, each with the marker <c>sds-ts=UNIX-NANOSECONDS;</c>: a client that reads it knows how
/// long ago the change began. Safe for any number of threads.
/// </summary>
internal sealed class MarkedSecrets(InMemorySecretSource source, int size)
{
    private const int NanosecondsPerTick = 100;
    private const byte Filling = (byte)'x';

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _sizes = new(StringComparer.Ordinal);

    /// <summary>Adds <c>secret-0</c> and on.</summary>
    public void Add(int count)
    {
        lock (_gate)
        {
            for (var i = 0; i < count; i++)
            {
                _sizes.Add(string.Create(CultureInfo.InvariantCulture, $"secret-{i}"), size);
            }
        }

        TouchAll();
    }

    /// <summary>Adds a secret, or replaces one.</summary>
    public void Set(string name, int? bytes = null)
    {
        lock (_gate)
        {
            _sizes[name] = bytes ?? size;
            Write(name, _sizes[name], Now());
        }
    }

    /// <summary>Takes a secret away; false when there is none.</summary>
    public bool Remove(string name)
    {
        lock (_gate)
        {
            return _sizes.Remove(name) && source.Remove(name);
        }
    }

    /// <summary>Gives a secret new content; false when there is none.</summary>
    public bool Touch(string name)
    {
        lock (_gate)
        {
            if (!_sizes.TryGetValue(name, out var bytes))
            {
                return false;
            }

            Write(name, bytes, Now());
            return true;
        }
    }

    /// <summary>Gives every secret new content, all with the time at which the whole change began.</summary>
    public void TouchAll()
    {
        lock (_gate)
        {
            var now = Now();
            foreach (var (name, bytes) in _sizes)
            {
                Write(name, bytes, now);
            }
        }
    }

    private static long Now() => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * NanosecondsPerTick;

    private void Write(string name, int bytes, long now)
    {
        Span<byte> marker = stackalloc byte[40];
        Encoding.UTF8.TryGetBytes(string.Create(CultureInfo.InvariantCulture, $"sds-ts={now};\n"), marker, out var length);
        var value = SensitiveBytes.Create(Math.Max(bytes, length), (ReadOnlySpan<byte>)marker[..length], static (content, marker) =>
        {
            content.Fill(Filling);
            marker.CopyTo(content);
        });
        source.Set(name, new GenericSecret(value));
    }
}
