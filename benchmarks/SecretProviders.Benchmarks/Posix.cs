using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace SecretProviders.Benchmarks;

/// <summary>What the BCL has no call for, straight from libc.</summary>
internal static class Posix
{
    /// <summary>Renames, replacing what is there in one step; unlike File.Move also a link to a folder.</summary>
    public static void Rename(string from, string to)
    {
        if (NativeRename(Encoding.UTF8.GetBytes(from + '\0'), Encoding.UTF8.GetBytes(to + '\0')) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Stops a process where it stands.</summary>
    public static void Stop(int process)
    {
        const int sigStop = 19;
        if (NativeKill(process, sigStop) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeRename(byte[] from, byte[] to);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int process, int signal);
}
