using SecretProviders.Xds.Mapping;

namespace SecretProviders.Sds;

/// <summary>Decides what a resource says of the name that it is for, with the files that it names, where that is allowed.</summary>
internal sealed class ResourceJudge(SubscriptionSettings settings)
{
    /// <summary>Takes in a resource.</summary>
    /// <param name="entry">What is known of its name.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="server">The server that sent it.</param>
    /// <param name="news">Takes what became of it.</param>
    public void Receive(SubscribedName entry, ReceivedResource resource, string? server, SubscriptionNews news)
    {
        if (resource.Problem is { } problem)
        {
            Refuse(entry, problem, news);
            return;
        }

        if (resource.Message is not null && (entry is { Verdict: null, Files: null } || !entry.Digest.Span.SequenceEqual(resource.Digest.Span)))
        {
            Read(entry, resource);
            news.IsNew = true;
        }

        entry.Hear();
        entry.Received = (resource.Version, server);
        entry.Verdict = entry.Files?.State ?? entry.Verdict;
        if (entry.IsBeingRead)
        {
            news.Pending.Add(entry.Name);
        }
        else if (entry.Verdict is { } verdict)
        {
            Say(entry, verdict, news);
        }
        else
        {
            Refuse(entry, "it is said to be still valid, but was never sent; send its content.", news);
        }
    }

    /// <summary>Takes in what the files of a name say now, or that they say nothing in time.</summary>
    public void Reread(SubscribedName entry, SubscriptionNews news)
    {
        entry.Verdict = entry.Files?.State
            ?? new SecretState.Unavailable($"{settings.PlaceOf(entry.Name)}: the files that it names were not read within {settings.Timeout}: see whether their file system answers.");
        Say(entry, entry.Verdict, news);
    }

    public void Refuse(SubscribedName entry, string reason, SubscriptionNews news)
    {
        entry.Hear();
        entry.Verdict = null;
        entry.LeaveFiles();
        Say(entry, new SecretState.Invalid(new SecretProblem(SecretProblemCode.Malformed, $"{settings.PlaceOf(entry.Name)}: {reason}")), news);
    }

    private void Read(SubscribedName entry, ReceivedResource resource)
    {
        var (message, place) = (resource.Message!, settings.PlaceOf(entry.Name));
        entry.LeaveFiles();
        entry.Digest = resource.Digest;
        if (settings.WatchFiles is { } watch && MessageFiles.PathsOf(message).Count != 0)
        {
            entry.Verdict = null;
            entry.Files = watch(message, place, entry.Said is SecretState.Found);
        }
        else
        {
            entry.Verdict = SecretReader.Read(message, place);
        }
    }

    private void Say(SubscribedName entry, SecretState verdict, SubscriptionNews news)
    {
        if (verdict is SecretState.Found found)
        {
            entry.Hold(found.Secret.Equals(entry.Held?.Secret)
                ? entry.Held
                : found with { Origin = new SecretOrigin(settings.Source) { Location = entry.Name } });
            entry.Say(entry.Held!, news);
            return;
        }

        news.Refusals.Add(verdict switch
        {
            SecretState.Invalid invalid => invalid.Problem.Message,
            SecretState.Denied denied => denied.Remedy,
            SecretState.Unavailable unavailable => unavailable.Error,
            _ => verdict.ToString(),
        });
        entry.Say(verdict, news);
    }
}
