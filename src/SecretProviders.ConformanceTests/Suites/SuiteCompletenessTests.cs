using System.Reflection;
using Xunit;

namespace SecretProviders.ConformanceTests;

/// <summary>
/// Derive it once in each assembly of tests of sources: it fails when a suite is left out for a harness, or when a
/// harness declares a gap without a reason or claims what it does not do.
/// </summary>
public abstract class SuiteCompletenessTests
{
    /// <summary>Gets the types among which the harnesses and the suites are looked for: the public ones of the derived class's assembly.</summary>
    protected virtual IEnumerable<Type> Types => GetType().Assembly.GetExportedTypes();

    private IEnumerable<Type> Harnesses => Types.Where(static type => !type.IsAbstract && typeof(SecretSourceHarness).IsAssignableFrom(type));

    /// <summary>Each public harness has a derived class of each suite.</summary>
    [Fact]
    public virtual void Every_suite_runs_against_every_harness()
    {
        var suites = typeof(SuiteCompletenessTests).Assembly.GetExportedTypes().Where(IsSuite).ToArray();
        var present = Types.Where(static type => !type.IsAbstract).SelectMany(BasesOf).ToHashSet();
        var missing = Harnesses
            .SelectMany(harness => suites.Select(suite => suite.MakeGenericType(harness)))
            .Where(suite => !present.Contains(suite))
            .Select(static suite => $"{suite.Name[..^2]}<{suite.GenericTypeArguments[0].Name}>");

        Assert.NotEmpty(Harnesses);
        Assert.True(!missing.Any(), $"No public class derives from {string.Join(", ", missing)}.");
    }

    /// <summary>Each declared gap has a reason, each ability that is not a gap is implemented, and each gap is really one.</summary>
    [Fact]
    public virtual async Task Gaps_are_declared_as_they_are()
    {
        var problems = new List<string>();
        foreach (var type in Harnesses)
        {
            await using var harness = (SecretSourceHarness)Activator.CreateInstance(type)!;
            problems.AddRange(harness.Gaps.Where(static gap => string.IsNullOrWhiteSpace(gap.Value)).Select(gap => $"{type.Name}: the gap {gap.Key} has no reason"));
            Judge(harness, harness.Can(SourceAbility.Write), nameof(SecretSourceHarness.PutAsync), problems);
            Judge(harness, harness.Can(SourceAbility.Delete), nameof(SecretSourceHarness.DeleteAsync), problems);
            Judge(harness, harness.Can(SourceAbility.CountWatches), nameof(SecretSourceHarness.WatchesAtStore), problems);
            Judge(harness, harness.Can(SourceAbility.CountReads), nameof(SecretSourceHarness.ReadsAtStore), problems);
            Judge(harness, Enum.GetValues<StoreFault>().Any(harness.Can), nameof(SecretSourceHarness.BreakAsync), problems);
            if (!harness.Can(SourceAbility.Write))
            {
                Judge(harness, can: true, nameof(SecretSourceHarness.RotateAsync), problems);
            }
        }

        Assert.True(problems.Count == 0, string.Join("; ", problems));
    }

    private static void Judge(SecretSourceHarness harness, bool can, string member, List<string> problems)
    {
        var method = harness.GetType().GetMethod(member, BindingFlags.Public | BindingFlags.Instance)!;
        if (can != (method.DeclaringType != typeof(SecretSourceHarness)))
        {
            problems.Add($"{harness.GetType().Name}: {member} is {(can ? "not overridden, and no gap says so" : "overridden, although a gap says that it cannot be done")}");
        }
    }

    private static bool IsSuite(Type type) => type.IsGenericTypeDefinition
        && BasesOf(type).Any(static parent => parent.IsGenericType && parent.GetGenericTypeDefinition() == typeof(SecretSourceSuite<>));

    private static IEnumerable<Type> BasesOf(Type type)
    {
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            yield return parent;
        }
    }
}
