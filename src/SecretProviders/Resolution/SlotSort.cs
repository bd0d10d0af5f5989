namespace SecretProviders.Resolution;

/// <summary>The sort of a slot's state as its route sees it: a find that fails a gate counts as invalid.</summary>
internal enum SlotSort
{
    Pending,
    Found,
    NotFound,
    Removed,
    Denied,
    Invalid,
    Unavailable,
}
