namespace SecretProviders.Kubernetes.Client;

/// <summary>From where and for how long to watch.</summary>
/// <param name="ResourceVersion">The version after which events are wanted; empty with <paramref name="SendInitialEvents"/>.</param>
/// <param name="Timeout">After how long the server is to end the watch.</param>
/// <param name="SendInitialEvents">Whether everything that exists is to be streamed first, ended by a marked bookmark (WatchList).</param>
internal readonly record struct WatchRequest(string ResourceVersion, TimeSpan Timeout, bool SendInitialEvents = false);
