using SecretProviders.Xds.Mapping;

namespace SecretProviders.Sds;

/// <summary>
/// The client's side of one SDS subscription, without a transport: names in, requests out, responses in, states out.
/// Lives through any number of streams, one after another. Time is an argument. For one user at a time.
/// </summary>
internal abstract class Subscription(SubscriptionSettings settings)
{
    private readonly Dictionary<string, SubscribedName> _names = new(StringComparer.Ordinal);

    // Of these a server may think that we still have what it sent: some never answer for them again on the same stream.
    private readonly HashSet<string> _released = new(StringComparer.Ordinal);
    private readonly Queue<(SubscribedName Entry, TimeSpan At)> _silences = new();
    private readonly List<SubscribedName> _unasked = [];
    private string? _nameless;
    private bool _isUp;
    private bool _hasQuestion;

    public bool IsEmpty => _names.Count == 0;

    public IReadOnlyCollection<string> Names => _names.Keys;

    protected SubscriptionSettings Settings => settings;

    /// <summary>Gets the server of the present stream.</summary>
    protected string? Server { get; private set; }

    /// <summary>Gets when silence next means something, or null.</summary>
    public TimeSpan? NextSilence
    {
        get
        {
            while (_silences.TryPeek(out var next) && next.Entry.SilentAt != next.At)
            {
                _silences.Dequeue();
            }

            return _silences.TryPeek(out var first) ? first.At : null;
        }
    }

    /// <summary>Gets the names that the present stream has answered for.</summary>
    public IEnumerable<string> Answered => _names.Values.Where(static entry => entry.IsAnswered).Select(static entry => entry.Name);

    public bool Contains(string name) => _names.ContainsKey(name);

    /// <summary>Tells whether a name was found and not taken back.</summary>
    public bool Holds(string name) => _names.GetValueOrDefault(name) is { Held: not null };

    /// <summary>Takes in a name.</summary>
    /// <returns>What is known of it when it is still subscribed to, else null.</returns>
    public SecretState? Add(string name)
    {
        if (_names.TryGetValue(name, out var known))
        {
            return known.Said;
        }

        var entry = new SubscribedName(name);
        _names.Add(name, entry);
        _unasked.Add(entry);
        OnAdded();
        return null;
    }

    /// <summary>Takes in a name with what another subscription knows of it.</summary>
    public void Adopt(SubscribedName entry)
    {
        _names.Add(entry.Name, entry);
        _unasked.Add(entry);
        OnAdded();
    }

    /// <summary>Gives up a name, for another subscription.</summary>
    public SubscribedName Detach(string name)
    {
        var entry = _names[name];
        Remove(name);
        return entry;
    }

    public void Remove(string name)
    {
        if (_names.Remove(name, out var entry))
        {
            if (entry.IsAsked)
            {
                _released.Add(name);
            }

            entry.SilentAt = null;
            OnRemoved(entry);
        }
    }

    /// <summary>Begins a new stream: everything is asked anew.</summary>
    /// <param name="server">The server's address.</param>
    public void Begin(string server)
    {
        Server = server;
        _isUp = false;
        _nameless = null;
        _released.Clear();
        _silences.Clear();
        _unasked.Clear();
        _unasked.AddRange(_names.Values);
        foreach (var entry in _unasked)
        {
            entry.IsAsked = false;
            entry.IsAnswered = false;
            entry.SilentAt = null;
        }

        OnBegin();
    }

    /// <summary>The server is known to be there: from now on silence counts.</summary>
    public void Up(TimeSpan now)
    {
        _isUp = true;
        foreach (var entry in _names.Values.Where(static entry => entry is { IsAsked: true, IsAnswered: false }))
        {
            Await(entry, now);
        }
    }

    /// <summary>Everything subscribed to is in one state, since the server is out of reach or refuses.</summary>
    public SubscriptionNews Fail(SecretState state)
    {
        var news = new SubscriptionNews();
        foreach (var entry in _names.Values)
        {
            Say(entry, state, news);
        }

        return news;
    }

    /// <summary>One name is in a state, since the server is out of reach or refuses.</summary>
    public SubscriptionNews Fail(string name, SecretState state)
    {
        var news = new SubscriptionNews();
        Say(_names[name], state, news);
        return news;
    }

    /// <summary>Draws the conclusions from what the server has not said in time.</summary>
    public SubscriptionNews Silence(TimeSpan now)
    {
        var news = new SubscriptionNews();
        while (NextSilence <= now)
        {
            var entry = _silences.Dequeue().Entry;
            entry.SilentAt = null;
            Conclude(entry, news);
        }

        return news;
    }

    /// <summary>Says what it means that a stream which is up does not answer for a name, or null when it means nothing.</summary>
    protected abstract SecretState? WhatSilenceSays(SubscribedName entry);

    protected abstract void OnBegin();

    protected abstract void OnAdded();

    protected abstract void OnRemoved(SubscribedName entry);

    /// <summary>Takes the names that the present stream has not asked for, and counts them as asked.</summary>
    protected List<SubscribedName> TakeUnasked(TimeSpan now)
    {
        var taken = _unasked.FindAll(entry => _names.GetValueOrDefault(entry.Name) == entry);
        _unasked.Clear();
        _hasQuestion |= taken.Count != 0;
        foreach (var entry in taken)
        {
            entry.IsAsked = true;
            if (_isUp)
            {
                Await(entry, now);
            }
        }

        return taken;
    }

    /// <summary>
    /// Judges the resources of a response, each for itself: what is sound is taken even when another is not, although
    /// the protocol can only accept or refuse the response as a whole.
    /// </summary>
    protected void Receive(IReadOnlyList<ReceivedResource> resources, IReadOnlyCollection<string> removed, SubscriptionNews news)
    {
        // What answers a new question repeats nothing, even when it says nothing new.
        news.IsNew |= _hasQuestion;
        _hasQuestion = false;
        var times = resources.Select(static resource => resource.Name).Concat(removed).GroupBy(static name => name, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.Count(), StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            if (resource.Name.Length == 0)
            {
                Refuse(resource.Problem!, news);
            }
            else if (!_names.TryGetValue(resource.Name, out var entry))
            {
                news.Foreign.Add(resource.Name);
            }
            else if (times[resource.Name] > 1)
            {
                Refuse(entry, "it comes more than once in one response; send it once.", news);
            }
            else
            {
                Receive(entry, resource, news);
            }
        }

        foreach (var name in removed.Where(name => times[name] == 1))
        {
            if (_names.TryGetValue(name, out var entry))
            {
                Forget(entry);
                Say(entry, new SecretState.NotFound(), news);
            }
        }
    }

    /// <summary>Refuses what cannot be put down to a name.</summary>
    protected void Refuse(string reason, SubscriptionNews news)
    {
        news.IsNew |= _nameless != reason;
        _nameless = reason;
        news.Refusals.Add(reason);
    }

    private void Await(SubscribedName entry, TimeSpan now)
    {
        var at = now + settings.AbsentAfter;
        entry.SilentAt = at;
        _silences.Enqueue((entry, at));
    }

    private void Receive(SubscribedName entry, ReceivedResource resource, SubscriptionNews news)
    {
        if (resource.Problem is { } problem)
        {
            Refuse(entry, problem, news);
            return;
        }

        if (resource.Message is { } message && (entry.Verdict is null || !entry.Digest.Span.SequenceEqual(resource.Digest.Span)))
        {
            entry.Verdict = SecretReader.Read(message, Place(entry.Name));
            entry.Digest = resource.Digest;
            news.IsNew = true;
        }

        switch (entry.Verdict)
        {
            case SecretState.Found found:
                entry.Held = entry.Held is { } held && held.Secret.Equals(found.Secret)
                    ? held
                    : found with { Origin = new SecretOrigin(settings.Source) { Location = entry.Name } };
                entry.HeldVersion = resource.Version;
                entry.HeldFrom = Server;
                Say(entry, entry.Held, news);
                break;
            case SecretState.Invalid invalid:
                news.Refusals.Add(invalid.Problem.Message);
                Say(entry, invalid, news);
                break;
            default:
                Refuse(entry, "it is said to be still valid, but was never sent; send its content.", news);
                break;
        }
    }

    private void Refuse(SubscribedName entry, string reason, SubscriptionNews news)
    {
        var problem = new SecretProblem(SecretProblemCode.Malformed, $"{Place(entry.Name)}: {reason}");
        entry.Verdict = null;
        news.Refusals.Add(problem.Message);
        Say(entry, new SecretState.Invalid(problem), news);
    }

    private static void Forget(SubscribedName entry)
    {
        entry.Verdict = null;
        entry.Held = null;
        entry.HeldVersion = string.Empty;
    }

    private static void Say(SubscribedName entry, SecretState state, SubscriptionNews news)
    {
        news.IsNew |= !state.Equals(entry.Said);
        entry.Said = state;
        entry.IsAnswered = true;
        entry.SilentAt = null;
        news.States.Add((entry.Name, state));
    }

    private void Conclude(SubscribedName entry, SubscriptionNews news)
    {
        if (_released.Contains(entry.Name))
        {
            news.Stranded.Add(entry.Name);
        }
        else if (_nameless is { } reason && entry.Held is null)
        {
            Say(entry, new SecretState.Invalid(new SecretProblem(SecretProblemCode.Malformed, $"{Place(entry.Name)}: {reason}")), news);
        }
        else if (WhatSilenceSays(entry) is { } state)
        {
            Say(entry, state, news);
        }
    }

    private string Place(string name) => $"Secret '{name}' of source '{settings.Source}'";
}
