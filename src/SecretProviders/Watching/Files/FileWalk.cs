namespace SecretProviders.Watching;

/// <summary>Where a path leads.</summary>
/// <param name="RealPath">The path without any link, also when its end does not exist; null when its links go round in circles.</param>
/// <param name="LastTarget">What the last link on the way points to, as it is written there; null without a link.</param>
/// <param name="LastEnd">Where the last link leads, without any link; null without a link.</param>
internal readonly record struct FileWalk(string? RealPath, string? LastTarget, string? LastEnd);
