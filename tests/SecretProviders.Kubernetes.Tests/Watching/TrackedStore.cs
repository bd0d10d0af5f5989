using System.Text;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Watching;

namespace SecretProviders.Kubernetes.Tests.Watching;

/// <summary>Drives a tracker as lists and watches do.</summary>
internal static class TrackedStore
{
    /// <summary>A whole list.</summary>
    public static void List(this ObjectTracker tracker, string version, params IEnumerable<(string Name, string Version)> items)
    {
        tracker.Begin();
        foreach (var (name, itemVersion) in items)
        {
            tracker.See(WatchEventType.Added, name, itemVersion);
        }

        tracker.End(version);
    }

    /// <summary>An event about a Secret of the namespace <c>edge</c>.</summary>
    public static void See(this ObjectTracker tracker, WatchEventType type, string name, string version, string place = "edge")
    {
        var item = RawObject.Read(Encoding.UTF8.GetBytes(
            $$$"""{"metadata":{"namespace":"{{{place}}}","name":"{{{name}}}","uid":"uid-{{{name}}}","resourceVersion":"{{{version}}}"},"data":{"v":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(version))}}}"}}"""));
        tracker.See(type, item, ObjectMetadata.Read(item));
    }

    /// <summary>Says what is known of an object: a version, absent, or unknown.</summary>
    public static string Told(this WatchedObject watched) =>
        watched.View.Outage is not null ? "lost" : watched.View.Objects.IsDefault ? "unknown" : watched.View.Single?.Metadata.ResourceVersion ?? "absent";
}
