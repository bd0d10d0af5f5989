namespace SecretProviders.Host.Configuration;

/// <summary>Guesses which known name somebody meant.</summary>
internal static class NameSuggestion
{
    private const int MaxShown = 12;

    /// <summary>Says which name was probably meant, else which there are.</summary>
    public static string Remedy(string written, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
        {
            return "there is none to choose from";
        }

        var nearest = names.MinBy(name => Distance(written, name))!;
        var isBeginning = written.Length >= 3 && nearest.StartsWith(written, StringComparison.OrdinalIgnoreCase);
        return isBeginning || Distance(written, nearest) <= Math.Max(2, nearest.Length / 3)
            ? $"did you mean {nearest}?"
            : $"choose from {string.Join(", ", names.Take(MaxShown))}{(names.Count > MaxShown ? ", …" : string.Empty)}";
    }

    /// <summary>Counts the edits from one word to the other (Levenshtein), case aside.</summary>
    private static int Distance(string left, string right)
    {
        if (left.Length > 100)
        {
            return int.MaxValue;
        }

        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var same = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]);
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
