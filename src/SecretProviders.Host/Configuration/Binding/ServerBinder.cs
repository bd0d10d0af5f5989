namespace SecretProviders.Host.Configuration;

/// <summary>Reads the section <c>server</c>.</summary>
internal static class ServerBinder
{
    private const int MinVersionKey = 32;
    private static readonly TimeSpan DefaultDrain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxDrain = TimeSpan.FromHours(24);

    public static ServerConfiguration Bind(SectionReader section)
    {
        var listeners = section.List("listeners", ListenerBinder.Bind);
        RefuseDoubled(section, listeners);
        var admin = section.Has("admin") ? section.Map("admin", ListenerBinder.BindAdmin) : null;
        var isWildcard = section.Flag("wildcard") ?? false;
        var versionKey = section.Map("versionKey", BindVersionKey);
        var drain = section.Duration("drain") ?? DefaultDrain;
        if (drain > MaxDrain)
        {
            section.Refuse("drain", "is longer than 24h; clients that have not left by then will not leave");
        }

        return new ServerConfiguration([.. listeners.OfType<ListenerConfiguration>()], admin, drain, isWildcard, versionKey);
    }

    private static SensitiveBytes? BindVersionKey(SectionReader section)
    {
        section.RefuseIfPresent("secret", "this build reads the key from a file only; write { file: PATH }");
        if (section.FilePath("file") is not { } file)
        {
            return null;
        }

        try
        {
            var bytes = File.ReadAllBytes(file);
            var key = SensitiveBytes.Copy(bytes);
            bytes.AsSpan().Clear();
            if (key.Length >= MinVersionKey)
            {
                return key;
            }

            section.Refuse("file", $"{file} holds {key.Length} bytes; put {MinVersionKey} random bytes or more there");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            section.Refuse("file", $"cannot be read: {exception.Message} Put {MinVersionKey} random bytes there");
        }

        return null;
    }

    private static void RefuseDoubled(SectionReader section, IEnumerable<ListenerConfiguration?> listeners)
    {
        foreach (var doubled in listeners.OfType<ListenerConfiguration>().GroupBy(static listener => listener.ToString()).Where(static group => group.Count() > 1))
        {
            section.Refuse("listeners", $"{doubled.Key} is there {doubled.Count()} times; keep one");
        }
    }
}
