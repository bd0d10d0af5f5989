using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace SecretProviders.Tests.FileSystem;

/// <summary>What the BCL has no call for, straight from libc.</summary>
internal static class Posix
{
    private const uint Nobody = 65534;
    private const uint OwnerOnly = 0x180;

    public static uint UserId => NativeGetUser();

    /// <summary>Renames, replacing what is there in one step; unlike File.Move also a link to a folder.</summary>
    public static void Rename(string from, string to) => Require(NativeRename(Bytes(from), Bytes(to)));

    public static void MakeFifo(string path) => Require(NativeMakeFifo(Bytes(path), OwnerOnly));

    /// <summary>Runs something with the file permissions of nobody in particular, though the tests run as root.</summary>
    public static T AsNobody<T>(Func<T> action)
    {
        T? result = default;
        var thread = new Thread(() =>
        {
            // The kernel keeps this id per thread, and with it the power of root to read everything.
            var before = NativeSetFileSystemUser(Nobody);
            try
            {
                result = action();
            }
            finally
            {
                _ = NativeSetFileSystemUser((uint)before);
            }
        });
        thread.Start();
        thread.Join();
        return result!;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private static void Require(int result)
    {
        if (result != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeRename(byte[] from, byte[] to);

    [DllImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeMakeFifo(byte[] path, uint mode);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint NativeGetUser();

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeSetFileSystemUser(uint user);
}
