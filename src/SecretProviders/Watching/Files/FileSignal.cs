namespace SecretProviders.Watching;

/// <summary>Why a set of files is to be read.</summary>
internal enum FileSignal
{
    /// <summary>Nothing is known to have changed: it is only time to look.</summary>
    Poll,

    /// <summary>
    /// It is the first time, or something was put in its place in one step. What is read may be used at once, unless
    /// it makes no sense: then more is probably to come.
    /// </summary>
    Swapped,

    /// <summary>The files have been left alone for a while, or somebody asked: what is read counts, whatever it is.</summary>
    AtRest,
}
