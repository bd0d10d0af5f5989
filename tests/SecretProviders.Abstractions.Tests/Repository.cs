namespace SecretProviders.Tests;

/// <summary>The working copy that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot(string start)
    {
        for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "SecretProviders.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"There is no SecretProviders.sln above '{start}': run the tests from the repository they were built in.");
    }
}
