using Xunit;

namespace SecretProviders.ConformanceTests;

/// <summary>Keys that somebody who means harm may send, by a label that can be printed.</summary>
public static class HostileNames
{
    private const int Megabyte = 1024 * 1024;

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["empty"] = string.Empty,
        ["blank"] = "   ",
        ["dot"] = ".",
        ["parent"] = "..",
        ["escape"] = "../outside",
        ["escape from within"] = "inner/../../outside",
        ["deep escape"] = "../../../../../../../../etc/passwd",
        ["absolute"] = "/etc/passwd",
        ["escaped escape"] = "%2e%2e/outside",
        ["escaped slash"] = "..%2foutside",
        ["twice escaped"] = "%252e%252e%252foutside",
        ["backslash"] = "..\\outside",
        ["drive"] = "C:\\outside",
        ["null"] = "main\0",
        ["line feed"] = "main\nX-Injected: yes",
        ["carriage return"] = "main\r\n\r\n",
        ["escape sequence"] = "\u001b[2Jmain",
        ["bidirectional"] = "\u202eniam",
        ["overlong dots"] = "\u2025/outside",
        ["lone surrogate"] = "main\ud800",
        ["query"] = "main?version=1",
        ["fragment"] = "main#other",
        ["empty segment"] = "inner//main",
        ["trailing slash"] = "main/",
        ["home"] = "~/outside",
        ["template"] = "{{name}}${name}$(name)",
        ["megabyte"] = new('a', Megabyte),
        ["many segments"] = string.Concat(Enumerable.Repeat("a/", Megabyte / 2)),
    };

    /// <summary>Gets the label of every hostile name.</summary>
    public static TheoryData<string> Labels => [.. Names.Keys];

    /// <summary>Gets a hostile name.</summary>
    /// <param name="label">One of <see cref="Labels"/>.</param>
    public static string Get(string label) => Names[label];
}
