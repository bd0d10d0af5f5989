using System.Globalization;
using System.Runtime.InteropServices;

namespace SecretProviders.Host.Serving;

/// <summary>Gives a file to a group, which .NET has no call for.</summary>
internal static class UnixGroup
{
    private const string GroupFile = "/etc/group";
    private const uint Unchanged = uint.MaxValue;

    /// <summary>Finds a group by its number or by its name in <c>/etc/group</c>.</summary>
    public static bool TryFind(string group, out uint id)
    {
        if (uint.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out id))
        {
            return id != Unchanged;
        }

        try
        {
            // group(5): name:password:number:members
            var fields = File.ReadLines(GroupFile).Select(static line => line.Split(':')).FirstOrDefault(fields => fields.Length >= 3 && fields[0] == group);
            return fields is not null && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out id);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Gives a file to a group.</summary>
    /// <exception cref="IOException">The system refuses: only the superuser, or a member of the group, may.</exception>
    public static void Give(string path, uint group)
    {
        if (ChangeOwner(path, Unchanged, group) != 0)
        {
            throw new IOException($"'{path}' cannot be given to group {group}: {Marshal.GetLastPInvokeErrorMessage()}; run as a member of it, or choose another.");
        }
    }

    [DllImport("libc", EntryPoint = "chown", SetLastError = true)]
    private static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);
}
