using SecretProviders.Resolution;
using SecretProviders.Routing;

namespace SecretProviders.Aggregation;

/// <summary>Decides names that no source is asked for.</summary>
internal static class Unrouted
{
    public static NameResolution Resolve(NameEntry entry)
    {
        if (entry.IsOverLimit)
        {
            var route = entry.Match!.Route;
            return new NameResolution(SecretStatus.Denied, "The route has no room for another name.")
            {
                Problem = new SecretProblem(SecretProblemCode.Denied, $"Route '{route.Pattern}' watches maxNames = {route.MaxNames} names already; raise it, or wait until one is released."),
                State = new SecretState.Denied($"Raise maxNames of route '{route.Pattern}'."),
            };
        }

        var problem = Problem(entry.Name);
        return new NameResolution(SecretStatus.Absent, problem.Message) { Problem = problem, State = new SecretState.NotFound() };
    }

    public static SecretProblem Problem(string name) =>
        SecretNameCheck.Check(name)
        ?? new SecretProblem(SecretProblemCode.Absent, "No route takes this name; add one, or ask for another name.");
}
