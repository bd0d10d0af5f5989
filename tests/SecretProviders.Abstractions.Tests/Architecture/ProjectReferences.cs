using System.Xml.Linq;

namespace SecretProviders.Tests.Architecture;

/// <summary>What the projects of a folder refer to, as their project files say.</summary>
internal static class ProjectReferences
{
    /// <summary>Reads the projects: name, and the names of the projects and packages it refers to.</summary>
    public static Dictionary<string, (string[] Projects, string[] Packages)> In(string folder) =>
        Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories).ToDictionary(
            static path => Path.GetFileNameWithoutExtension(path),
            static path =>
            {
                var project = XDocument.Load(path);
                return (
                    Includes(project, "ProjectReference").Select(static include => Path.GetFileNameWithoutExtension(include.Replace('\\', '/'))).ToArray(),
                    Includes(project, "PackageReference").ToArray());
            });

    /// <summary>Finds a project that refers to itself by way of others, or null.</summary>
    public static string? FindCircle(IReadOnlyDictionary<string, string[]> references) =>
        references.Keys.FirstOrDefault(project => Reaches(references, project, project, []));

    private static bool Reaches(IReadOnlyDictionary<string, string[]> references, string from, string target, HashSet<string> seen) =>
        references.GetValueOrDefault(from, []).Any(next => next == target || (seen.Add(next) && Reaches(references, next, target, seen)));

    private static IEnumerable<string> Includes(XDocument project, string item) =>
        project.Descendants(item).Select(static element => element.Attribute("Include")?.Value).OfType<string>();
}
