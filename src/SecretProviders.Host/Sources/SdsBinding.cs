using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Sources;

/// <summary>Reads the settings of an <c>sds</c> source.</summary>
internal static class SdsBinding
{
    private const string Socket = "unix:";
    private const int SmallestResponse = 64 * 1024;
    private const int LargestResponse = 1024 * 1024 * 1024;

    public static Action<ISecretProvidersBuilder> Bind(string name, SectionReader section)
    {
        var addresses = Addresses(section);
        var delta = section.Flag("delta");
        var perName = section.Flag("perName");
        var allowFilenames = section.Flag("allowFilenames");
        var absentAfter = section.Duration("absentAfter");
        var timeout = section.Duration("timeout");
        var keepAlive = section.Duration("keepAlive");
        var maxResponse = MaxResponse(section);
        var (nodeId, nodeCluster) = section.Map("node", static node => (node.Text("id"), node.Text("cluster")));
        var tls = section.StoreTls();
        return builder => builder.AddSds(name, options =>
        {
            foreach (var address in addresses)
            {
                options.Addresses.Add(address);
            }

            options.Delta = delta ?? options.Delta;
            options.PerName = perName ?? options.PerName;
            options.AllowFilenames = allowFilenames ?? options.AllowFilenames;
            options.AbsentAfter = absentAfter ?? options.AbsentAfter;
            options.Timeout = timeout ?? options.Timeout;
            options.KeepAlive = keepAlive;
            options.MaxResponseBytes = maxResponse ?? options.MaxResponseBytes;
            options.NodeId = nodeId ?? options.NodeId;
            options.NodeCluster = nodeCluster ?? options.NodeCluster;
            tls(options.Tls);
        });
    }

    private static ImmutableArray<string> Addresses(SectionReader section)
    {
        if (section.Has("address") == section.Has("addresses"))
        {
            section.Text("address");
            section.Texts("addresses");
            section.Refuse("needs exactly one of address and addresses: unix:/path/to/socket, http://host:port or https://host:port");
            return [];
        }

        var field = section.Has("address") ? "address" : "addresses";
        ImmutableArray<string> written = field == "address" ? [section.Text(field) ?? string.Empty] : section.Texts(field);
        return [.. written.Select(address => Absolute(address, section.PlaceOf(field).Folder))];
    }

    private static string Absolute(string address, string folder) =>
        address.StartsWith(Socket, StringComparison.Ordinal) && address[Socket.Length..] is { Length: > 0 } path && !path.Contains('\0', StringComparison.Ordinal)
            ? Socket + (path[0] == '/' ? path : Path.GetFullPath(path, folder))
            : address;

    private static int? MaxResponse(SectionReader section)
    {
        var size = section.Size("maxResponse");
        if (size is < SmallestResponse or > LargestResponse)
        {
            section.Refuse("maxResponse", "must be from 64KiB to 1024MiB");
            return null;
        }

        return (int?)size;
    }
}
