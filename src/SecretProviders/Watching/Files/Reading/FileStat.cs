using System.Runtime.InteropServices;

namespace SecretProviders.Watching;

/// <summary>
/// Looks at a path without opening it. On Linux by statx(2), since the BCL tells neither a FIFO from a file, whose
/// opening would block, nor one inode from the next.
/// </summary>
internal static partial class FileStat
{
    private const int CurrentDirectory = -100;
    private const int DoNotFollow = 0x100;
    private const uint BasicStats = 0x7ff;
    private const int TypeMask = 0xf000;
    private const int FolderType = 0x4000;
    private const int FileType = 0x8000;
    private const int LinkType = 0xa000;
    private const int PermissionMask = 0xfff;

    /// <summary>Looks at a path. A link at its end is not followed.</summary>
    public static FileEntry Look(string path) => OperatingSystem.IsLinux() ? LookByStatx(path) : LookByFileInfo(path);

    internal static FileEntry LookByFileInfo(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                return new FileEntry(FileEntryKind.Folder);
            }

            var file = new FileInfo(path);
            return file.Exists
                ? new FileEntry(FileEntryKind.File) { Size = file.Length, Modified = file.LastWriteTimeUtc.Ticks, Changed = file.CreationTimeUtc.Ticks }
                : new FileEntry(FileEntryKind.Missing);
        }
        catch (UnauthorizedAccessException)
        {
            return new FileEntry(FileEntryKind.Denied);
        }
        catch (IOException exception)
        {
            return new FileEntry(FileEntryKind.Failed) { Error = exception.HResult };
        }
    }

    private static FileEntry LookByStatx(string path) =>
        Statx(CurrentDirectory, path, DoNotFollow, BasicStats, out var stat) == 0 ? ToEntry(stat) : ToEntry(Marshal.GetLastPInvokeError());

    private static FileEntry ToEntry(in StatxBuffer stat) => new(
        (stat.Mode & TypeMask) switch
        {
            FileType => FileEntryKind.File,
            FolderType => FileEntryKind.Folder,
            // Links were followed before; one that is here now was made in between, and the next look follows it.
            LinkType => FileEntryKind.Missing,
            _ => FileEntryKind.Special,
        })
    {
        Size = (long)stat.Size,
        Identity = (((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor, stat.Inode),
        Modified = stat.Modified.Ticks,
        Changed = stat.Changed.Ticks,
        Mode = (UnixFileMode)(stat.Mode & PermissionMask),
        Owner = stat.Owner,
    };

    private static FileEntry ToEntry(int error)
    {
        const int NoPermission = 1, NoSuchEntry = 2, AccessDenied = 13, NotADirectory = 20, NameTooLong = 36, TooManyLinks = 40;
        return new FileEntry(error switch
        {
            NoSuchEntry or NotADirectory or NameTooLong => FileEntryKind.Missing,
            AccessDenied or NoPermission => FileEntryKind.Denied,
            TooManyLinks => FileEntryKind.Loop,
            _ => FileEntryKind.Failed,
        })
        {
            Error = error,
        };
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, out StatxBuffer buffer);

    [StructLayout(LayoutKind.Explicit, Size = 16)]
    private readonly struct StatxTime
    {
        [FieldOffset(0)]
        public readonly long Seconds;

        [FieldOffset(8)]
        public readonly uint Nanoseconds;

        public long Ticks => DateTime.UnixEpoch.Ticks + (Seconds * TimeSpan.TicksPerSecond) + (Nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    // struct statx of linux/stat.h: the same on every architecture, 256 bytes.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct StatxBuffer
    {
        [FieldOffset(20)]
        public readonly uint Owner;

        [FieldOffset(28)]
        public readonly ushort Mode;

        [FieldOffset(32)]
        public readonly ulong Inode;

        [FieldOffset(40)]
        public readonly ulong Size;

        [FieldOffset(96)]
        public readonly StatxTime Changed;

        [FieldOffset(112)]
        public readonly StatxTime Modified;

        [FieldOffset(136)]
        public readonly uint DeviceMajor;

        [FieldOffset(140)]
        public readonly uint DeviceMinor;
    }
}
