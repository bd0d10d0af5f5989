namespace SecretProviders.Sds;

/// <summary>
/// The client's side of one SDS subscription, without a transport: names in, requests out, responses in, states out.
/// Lives through any number of streams, one after another. Time is an argument. For one user at a time.
/// </summary>
internal abstract class Subscription(SubscriptionSettings settings)
{
    private const int MaxReleased = 1024;

    private readonly Dictionary<string, SubscribedName> _names = new(StringComparer.Ordinal);

    // Of these a server may think that we still have what it sent: some never answer for them again on the same stream.
    private readonly HashSet<string> _released = new(StringComparer.Ordinal);
    private readonly Silences _silences = new();
    private readonly List<SubscribedName> _unasked = [];
    private readonly ResourceJudge _judge = new(settings);
    private string? _nameless;
    private bool _isUp;
    private bool _hasQuestion;

    public bool IsEmpty => _names.Count == 0;

    public IReadOnlyCollection<string> Names => _names.Keys;

    protected SubscriptionSettings Settings => settings;

    /// <summary>Gets the server of the present stream.</summary>
    protected string? Server { get; private set; }

    /// <summary>Gets when silence next means something, or null.</summary>
    public TimeSpan? NextSilence => _silences.Next;

    /// <summary>Gets a value indicating whether more names have left the present stream than either side should remember: a new one has none.</summary>
    public bool IsWornOut => _released.Count >= MaxReleased;

    /// <summary>Gets the names that the present stream has answered for.</summary>
    public IEnumerable<string> Answered => _names.Values.Where(static entry => entry.IsAnswered).Select(static entry => entry.Name);

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

        Adopt(new SubscribedName(name));
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
        _names.Remove(name);
        if (entry.IsAsked)
        {
            _released.Add(name);
        }

        _silences.Forget(entry);
        OnRemoved(entry);
        OnRead(entry, new SubscriptionNews());
        return entry;
    }

    public void Remove(string name)
    {
        if (_names.ContainsKey(name))
        {
            Detach(name).LeaveFiles();
        }
    }

    /// <summary>Gives up all names, for good.</summary>
    public void Clear()
    {
        foreach (var name in _names.Keys.ToArray())
        {
            Remove(name);
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
        Await(_names.Values.Where(static entry => entry is { IsAsked: true, IsAnswered: false }), now);
    }

    /// <summary>Everything subscribed to is in one state, since the server is out of reach or refuses.</summary>
    public SubscriptionNews Fail(SecretState state)
    {
        var news = new SubscriptionNews();
        foreach (var entry in _names.Values)
        {
            entry.Fail(state, news);
        }

        return news;
    }

    /// <summary>One name is in a state, since the server is out of reach or refuses.</summary>
    public SubscriptionNews Fail(string name, SecretState state)
    {
        var news = new SubscriptionNews();
        _names[name].Fail(state, news);
        return news;
    }

    /// <summary>Draws the conclusions from what the server has not said in time.</summary>
    public SubscriptionNews Silence(TimeSpan now)
    {
        var news = new SubscriptionNews();
        while (_silences.Take(now) is { } entry)
        {
            Conclude(entry, news);
        }

        return news;
    }

    /// <summary>Files that a name's resource refers to have changed; the server has nothing to do with it.</summary>
    public SubscriptionNews Reread(string name)
    {
        var news = new SubscriptionNews();
        if (_names.TryGetValue(name, out var entry) && entry.Files?.State is not null)
        {
            Reread(entry, news);
        }

        return news;
    }

    /// <summary>Says how long a stream that is up may be silent about a name before that means something.</summary>
    protected virtual TimeSpan PatienceWith(SubscribedName entry) => settings.AbsentAfter;

    /// <summary>Says what it means that a stream which is up does not answer for a name, or null when it means nothing.</summary>
    protected abstract SecretState? WhatSilenceSays(SubscribedName entry);

    protected abstract void OnBegin();

    protected abstract void OnAdded();

    protected abstract void OnRemoved(SubscribedName entry);

    /// <summary>The files of a name have been read, or are not waited for any more.</summary>
    protected abstract void OnRead(SubscribedName entry, SubscriptionNews news);

    /// <summary>Takes the names that the present stream has not asked for, and counts them as asked.</summary>
    protected List<SubscribedName> TakeUnasked()
    {
        var taken = _unasked.FindAll(entry => _names.GetValueOrDefault(entry.Name) == entry);
        _unasked.Clear();
        taken.ForEach(static entry => entry.IsAsked = true);
        _hasQuestion |= taken.Count != 0;
        return taken;
    }

    /// <summary>The names have been asked for: silence about them counts when the server is known to be there.</summary>
    protected void Await(IEnumerable<SubscribedName> asked, TimeSpan now)
    {
        foreach (var entry in _isUp ? asked : [])
        {
            _silences.Await(entry, now + (_released.Contains(entry.Name) ? settings.AbsentAfter : PatienceWith(entry)));
        }
    }

    /// <summary>
    /// Judges the resources of a response, each for itself: what is sound is taken even when another is not, although
    /// the protocol can only accept or refuse the response as a whole.
    /// </summary>
    protected void Receive(IReadOnlyList<ReceivedResource> resources, IReadOnlyCollection<string> removed, TimeSpan now, SubscriptionNews news)
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
                _judge.Refuse(entry, "it comes more than once in one response; send it once.", news);
            }
            else
            {
                _judge.Receive(entry, resource, Server, news);
                if (entry.IsBeingRead)
                {
                    _silences.Await(entry, now + settings.Timeout);
                }
            }
        }

        foreach (var name in removed.Where(name => times[name] == 1))
        {
            if (_names.TryGetValue(name, out var entry))
            {
                entry.Conclude(new SecretState.NotFound(), news);
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

    private void Reread(SubscribedName entry, SubscriptionNews news)
    {
        _judge.Reread(entry, news);
        OnRead(entry, news);
    }

    private void Conclude(SubscribedName entry, SubscriptionNews news)
    {
        if (entry is { IsBeingRead: true, IsAnswered: true })
        {
            Reread(entry, news);
        }
        else if (_released.Contains(entry.Name))
        {
            news.Stranded.Add(entry.Name);
        }
        else if (_nameless is { } reason && entry.Held is null)
        {
            _judge.Refuse(entry, reason, news);
        }
        else if (WhatSilenceSays(entry) is { } state)
        {
            entry.Conclude(state, news);
        }
    }
}
