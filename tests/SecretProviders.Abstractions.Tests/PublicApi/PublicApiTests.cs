using System.Reflection;

namespace SecretProviders.Tests.PublicApi;

/// <summary>What users may name changes only together with the text file that says so.</summary>
public sealed class PublicApiTests
{
    private const string UpdateVariable = "SECRETPROVIDERS_UPDATE_API";

    public static TheoryData<string> Assemblies =>
    [
        "SecretProviders.Abstractions",
        "SecretProviders",
        "SecretProviders.Xds",
        "SecretProviders.Kubernetes",
        "SecretProviders.Vault",
        "SecretProviders.AspNetCore",
        "SecretProviders.Testing",
        "SecretProviders.ConformanceTests",
    ];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void The_public_api_is_the_recorded_one(string assembly)
    {
        var file = Repository.PathOf("tests", "SecretProviders.Abstractions.Tests", "PublicApi", assembly + ".txt");
        var actual = PublicApiText.Of(Assembly.Load(assembly));
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(file, actual);
        }

        var recorded = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";

        Assert.True(actual == recorded, $"""
            The public API of {assembly} is not the recorded one:
            {string.Join(Environment.NewLine, LineDifference.Between(recorded.Split('\n'), actual.Split('\n')))}
            If that is meant, run the tests once with {UpdateVariable}=1, read the change of {file}, and commit it with the code.
            """);
    }
}
