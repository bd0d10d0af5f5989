namespace SecretProviders.Sds;

/// <summary>
/// Slows down a server that says the same again and again, be it by mistake or because it repeats at once what was
/// refused: after a few responses without news the next one is read later and later. Pure.
/// </summary>
internal sealed class Patience
{
    private const int Free = 3;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(640);
    private int _repetitions;

    /// <summary>Gets a value indicating whether the last response was the first that is answered late.</summary>
    public bool HasJustEnded => _repetitions == Free + 1;

    /// <summary>Counts a response.</summary>
    /// <param name="isNew">Whether it said anything that was not known.</param>
    /// <returns>How long to wait before it is answered and the next one is read.</returns>
    public TimeSpan Count(bool isNew)
    {
        _repetitions = isNew ? 0 : _repetitions + 1;
        if (_repetitions <= Free)
        {
            return TimeSpan.Zero;
        }

        var wait = Shortest.Ticks * Math.Pow(2, _repetitions - Free - 1);
        return wait < Longest.Ticks ? TimeSpan.FromTicks((long)wait) : Longest;
    }
}
