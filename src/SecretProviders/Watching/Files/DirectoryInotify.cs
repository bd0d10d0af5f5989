using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SecretProviders.Watching;

/// <summary>
/// inotify(7), used directly: one instance and one thread, opened with the first directory and closed after the last.
/// </summary>
internal sealed partial class DirectoryInotify : DirectoryNotifier
{
    private const int CloseOnExec = 0x80000;
    private const int HeaderLength = 16;
    private const int BufferLength = 64 * 1024;
    private const int TooManyOpenFilesOfProcess = 24;
    private const int TooManyOpenFilesOfSystem = 23;
    private const int NoSuchEntry = 2;
    private const int NotADirectory = 20;
    private const int AccessDenied = 13;
    private const int NoSpace = 28;

    private SafeFileHandle? _inotify;
    private int _instance;

    [Flags]
    private enum Mask : uint
    {
        Modify = 0x2,
        Attributes = 0x4,
        CloseWrite = 0x8,
        MovedFrom = 0x40,
        MovedTo = 0x80,
        Create = 0x100,
        Delete = 0x200,
        Overflow = 0x4000,
        Ignored = 0x8000,
        OnlyDirectory = 0x0100_0000,
        AddToMask = 0x2000_0000,
        Names = Attributes | MovedFrom | MovedTo | Create | Delete | OnlyDirectory | AddToMask,
        Content = Modify | CloseWrite,
    }

    protected override DirectoryWatchFailure AddLocked(string directory, bool content, out long? id)
    {
        id = null;
        if (!EnsureOpenLocked(out var failure))
        {
            return failure;
        }

        var watch = AddWatch(_inotify!, directory, content ? Mask.Names | Mask.Content : Mask.Names);
        if (watch >= 0)
        {
            id = Id(_instance, watch);
            return DirectoryWatchFailure.None;
        }

        return Marshal.GetLastPInvokeError() switch
        {
            NoSuchEntry or NotADirectory => DirectoryWatchFailure.None,
            AccessDenied => DirectoryWatchFailure.Denied,
            NoSpace => DirectoryWatchFailure.LimitReached,
            _ => DirectoryWatchFailure.Unsupported,
        };
    }

    // The kernel answers the removal of a watch with an event, so the thread wakes up and sees that it may end.
    protected override void RemoveLocked(long id) => _ = RemoveWatch(_inotify!, (int)id);

    protected override void EmptiedLocked() => Volatile.Write(ref _inotify, null);

    private static DirectoryChange Change(Mask mask) => mask switch
    {
        _ when mask.HasFlag(Mask.MovedTo) => DirectoryChange.Replaced,
        _ when mask.HasFlag(Mask.Create) => DirectoryChange.Created,
        _ when (mask & (Mask.Delete | Mask.MovedFrom)) != 0 => DirectoryChange.Gone,
        _ => DirectoryChange.Written,
    };

    // Each instance numbers its watches from one; a late event of a closed instance must not hit the next one's.
    private static long Id(int instance, int watch) => ((long)instance << 32) | (uint)watch;

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Initialise(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddWatch(SafeFileHandle inotify, string directory, Mask mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
    private static partial int RemoveWatch(SafeFileHandle inotify, int watch);

    private bool EnsureOpenLocked(out DirectoryWatchFailure failure)
    {
        failure = DirectoryWatchFailure.None;
        if (_inotify is not null)
        {
            return true;
        }

        var descriptor = Initialise(CloseOnExec);
        if (descriptor < 0)
        {
            failure = Marshal.GetLastPInvokeError() is TooManyOpenFilesOfProcess or TooManyOpenFilesOfSystem
                ? DirectoryWatchFailure.LimitReached
                : DirectoryWatchFailure.Unsupported;
            return false;
        }

        var inotify = new SafeFileHandle(descriptor, ownsHandle: true);
        var instance = ++_instance;
        _inotify = inotify;
        new Thread(() => Read(inotify, instance)) { IsBackground = true, Name = "SecretProviders file watcher" }.Start();
        return true;
    }

    private void Read(SafeFileHandle inotify, int instance)
    {
        var buffer = new byte[BufferLength];
        using (inotify)
        {
            while (Volatile.Read(ref _inotify) == inotify)
            {
                Dispatch(buffer.AsSpan(0, RandomAccess.Read(inotify, buffer, fileOffset: 0)), instance);
            }
        }
    }

    // struct inotify_event: int wd, u32 mask, u32 cookie, u32 len, then len bytes of name padded with NUL.
    private void Dispatch(ReadOnlySpan<byte> events, int instance)
    {
        while (events.Length >= HeaderLength)
        {
            var watch = MemoryMarshal.Read<int>(events);
            var mask = (Mask)MemoryMarshal.Read<uint>(events[4..]);
            var name = events.Slice(HeaderLength, MemoryMarshal.Read<int>(events[12..]));
            events = events[(HeaderLength + name.Length)..];
            if (mask.HasFlag(Mask.Overflow))
            {
                AnnounceLoss();
            }
            else if (mask.HasFlag(Mask.Ignored))
            {
                AnnounceEnd(Id(instance, watch));
            }
            else
            {
                Announce(Id(instance, watch), Encoding.UTF8.GetString(name.TrimEnd((byte)0)), Change(mask));
            }
        }
    }
}
