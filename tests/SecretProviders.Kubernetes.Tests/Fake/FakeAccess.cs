using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>Who is who, and who may do what: rules that only allow, as RBAC's, and that tests change at any time.</summary>
internal sealed class FakeAccess
{
    private readonly ConcurrentDictionary<string, string> _users = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string User, FakeRule Rule), bool> _rules = new();

    /// <summary>Lets a token stand for a user from now on.</summary>
    public void AddToken(string token, string user) => _users[token] = user;

    /// <summary>Makes a token worthless.</summary>
    public void RemoveToken(string token) => _users.TryRemove(token, out _);

    public string? UserOf(string token) => _users.GetValueOrDefault(token);

    public void Grant(string user, params IEnumerable<FakeRule> rules)
    {
        foreach (var rule in rules)
        {
            _rules[(user, rule)] = true;
        }
    }

    /// <summary>Takes from a user what was granted; open watches go on, as on the real server.</summary>
    public void RevokeAll(string user)
    {
        foreach (var (grant, _) in _rules.Where(grant => grant.Key.User == user))
        {
            _rules.TryRemove(grant, out _);
        }
    }

    public bool Allows(string user, string verb, string group, string plural, string? ns, string? name) =>
        _rules.Keys.Any(grant => grant.User == user && grant.Rule.Allows(verb, group, plural, ns, name));

    /// <summary>Answers a review of one's own access.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="review">What was sent.</param>
    public JsonObject Review(string user, JsonObject review)
    {
        var attributes = review["spec"]!["resourceAttributes"]!;
        string? Attribute(string name) => (string?)attributes[name] is { Length: > 0 } value ? value : null;
        var allowed = Allows(user, Attribute("verb")!, Attribute("group") ?? string.Empty, Attribute("resource")!, Attribute("namespace"), Attribute("name"));
        var answer = (JsonObject)review.DeepClone();
        answer["status"] = new JsonObject { ["allowed"] = allowed };
        return answer;
    }
}
