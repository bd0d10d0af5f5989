namespace SecretProviders.Publishing;

/// <summary>Tells news from noise: equal content from another source, or a new error text, is no event.</summary>
internal static class SnapshotChange
{
    public static bool IsSame(SecretSnapshot? before, SecretSnapshot after) =>
        before is not null
        && before.Status == after.Status
        && before.Version == after.Version
        && before.Kind == after.Kind
        && before.IsPartial == after.IsPartial
        && before.Problem?.Code == after.Problem?.Code;
}
