namespace SecretProviders.Tests.PublicApi;

/// <summary>The lines by which two texts differ, each below the type it belongs to.</summary>
internal static class LineDifference
{
    public static IEnumerable<string> Between(string[] before, string[] after)
    {
        var (old, current) = (Qualified(before), Qualified(after));
        return old.Except(current).Select(static line => "- " + line).Concat(current.Except(old).Select(static line => "+ " + line));
    }

    private static List<string> Qualified(string[] lines)
    {
        var qualified = new List<string>();
        var type = "";
        foreach (var line in lines.Where(static line => line.Length > 0))
        {
            type = line.StartsWith(' ') ? type : line;
            qualified.Add(line.StartsWith(' ') ? $"{type.Split(" : ")[0]}: {line.Trim()}" : line);
        }

        return qualified;
    }
}
