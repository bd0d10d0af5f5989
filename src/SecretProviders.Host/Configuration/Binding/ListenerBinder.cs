using System.Globalization;
using System.Net;
using System.Text;
using SecretProviders.Host.Serving;

namespace SecretProviders.Host.Configuration;

/// <summary>Reads one listener: a Unix socket, or an address that is loopback or said to be open on purpose.</summary>
internal static class ListenerBinder
{
    private const string AddressHint = "an IP address and a port, such as 127.0.0.1:8234 or [::1]:8234";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // sockaddr_un holds 108 bytes with the closing zero on Linux, 104 on macOS.
    private const int MaxSocketPath = 103;

    public static ListenerConfiguration? Bind(SectionReader section)
    {
        var path = section.FilePath("unix");
        var address = section.Text("address");
        var mode = section.Text("mode");
        var group = section.Text("group");
        var onNetwork = section.Flag("allowPlaintextOnNetwork") ?? false;
        var tls = section.Has("tls") ? section.Map("tls", BindTls) : null;
        if (section.Has("unix") == section.Has("address"))
        {
            section.Refuse("needs exactly one of unix and address");
            return null;
        }

        return section.Has("unix") ? UnixSocket(section, path, mode, group) : Tcp(section, address, tls, onNetwork);
    }

    /// <summary>Reads the listener of operators, which has no TLS.</summary>
    public static ListenerConfiguration? BindAdmin(SectionReader section)
    {
        section.RefuseIfPresent("tls", "is for listeners; the admin listener has none, so keep it on a Unix socket or a loopback address");
        return Bind(section);
    }

    /// <summary>Parses what <c>address</c> takes.</summary>
    public static bool TryEndPoint(string text, out IPEndPoint endPoint)
    {
        endPoint = new IPEndPoint(IPAddress.None, 0);
        var colon = text.LastIndexOf(':');
        if (colon < 0 || (text[..colon].Contains(':', StringComparison.Ordinal) && text[colon - 1] != ']'))
        {
            return false;
        }

        if (!IPAddress.TryParse(text[..colon], out var address)
            || !ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        endPoint = new IPEndPoint(address, port);
        return true;
    }

    private static ListenerConfiguration.UnixSocket? UnixSocket(SectionReader section, string? path, string? mode, string? group)
    {
        section.RefuseIfPresent("allowPlaintextOnNetwork", "is for address; a Unix socket is guarded by mode and group");
        section.RefuseIfPresent("tls", "is for address; a Unix socket is guarded by mode and group");
        if (path is null)
        {
            return null;
        }

        if (Encoding.UTF8.GetByteCount(path) > MaxSocketPath)
        {
            section.Refuse("unix", $"is longer than the {MaxSocketPath} bytes that a socket's path may have; choose a shorter one");
        }

        var permissions = OwnerOnly;
        if (mode is not null && !TryMode(mode, out permissions))
        {
            section.Refuse("mode", $"is \"{mode}\"; write three octal digits in quotes, such as \"0660\"");
        }

        uint? groupId = null;
        if (group is not null)
        {
            if (UnixGroup.TryFind(group, out var id))
            {
                groupId = id;
            }
            else
            {
                section.Refuse("group", $"{group} is not in /etc/group; create it, or write another group's name or number");
            }
        }

        return new ListenerConfiguration.UnixSocket(section.Place, path, permissions, groupId);
    }

    private static ListenerConfiguration.Tcp? Tcp(SectionReader section, string? address, ListenerTls? tls, bool onNetwork)
    {
        section.RefuseIfPresent("mode", "is for unix; an address has no file mode");
        section.RefuseIfPresent("group", "is for unix; an address has no group");
        if (address is null)
        {
            return null;
        }

        if (!TryEndPoint(address, out var endPoint))
        {
            section.Refuse("address", $"is \"{address}\"; write {AddressHint}");
            return null;
        }

        if (tls is not null && onNetwork)
        {
            section.Refuse("allowPlaintextOnNetwork", "is true, but with tls nothing is plaintext; remove one of the two");
        }

        var listener = new ListenerConfiguration.Tcp(section.Place, endPoint, tls);
        if (!listener.IsLoopback && tls is null && !onNetwork)
        {
            section.Refuse("address", "is beyond loopback, where anybody could read the secrets; add tls: { certificate: NAME, clientCa: NAME }, use a loopback address, or set allowPlaintextOnNetwork: true");
        }

        return listener;
    }

    private static ListenerTls BindTls(SectionReader section) => new(
        section.RequiredText("certificate", "write the name of a TLS certificate that this server serves"),
        section.RequiredText("clientCa", "write the name of a validation context that this server serves, by which clients are judged"));

    private static bool TryMode(string text, out UnixFileMode mode)
    {
        var digits = text.Length == 4 && text[0] == '0' ? text[1..] : text;
        var valid = digits.Length == 3 && digits.All(static digit => digit is >= '0' and <= '7');
        mode = valid ? (UnixFileMode)Convert.ToInt32(digits, 8) : OwnerOnly;
        return valid;
    }
}
