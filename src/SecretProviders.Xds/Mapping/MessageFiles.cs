using SecretProviders.Xds.Protos.Core;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Mapping;

/// <summary>Tells which files and folders of this machine a message refers to. Pure.</summary>
internal static class MessageFiles
{
    /// <summary>Gets the files, and the folders to be watched for them, as they are written; none when all is inline.</summary>
    public static IReadOnlyCollection<string> PathsOf(Tls.Secret message)
    {
        var sources = SourcesOf(message).OfType<DataSource>().Where(static source => source.SpecifierCase == DataSource.SpecifierOneofCase.Filename).ToArray();
        if (sources.Length == 0)
        {
            return [];
        }

        var folders = sources.Select(static source => source.WatchedDirectory).Append(FolderOf(message)).OfType<WatchedDirectory>();
        return new SortedSet<string>([.. sources.Select(static source => source.Filename), .. folders.Select(static folder => folder.Path)], StringComparer.Ordinal);
    }

    private static IEnumerable<DataSource?> SourcesOf(Tls.Secret message) => message.TypeCase switch
    {
        Tls.Secret.TypeOneofCase.TlsCertificate =>
            [message.TlsCertificate.CertificateChain, message.TlsCertificate.PrivateKey, message.TlsCertificate.OcspStaple],
        Tls.Secret.TypeOneofCase.ValidationContext =>
            [message.ValidationContext.TrustedCa, message.ValidationContext.Crl, .. ValidationContextReader.BundlesOf(message.ValidationContext)],
        Tls.Secret.TypeOneofCase.SessionTicketKeys => [.. message.SessionTicketKeys.Keys],
        Tls.Secret.TypeOneofCase.GenericSecret => [message.GenericSecret.Secret, .. message.GenericSecret.Secrets.Values],
        _ => [],
    };

    private static WatchedDirectory? FolderOf(Tls.Secret message) => message.TypeCase switch
    {
        Tls.Secret.TypeOneofCase.TlsCertificate => message.TlsCertificate.WatchedDirectory,
        Tls.Secret.TypeOneofCase.ValidationContext => message.ValidationContext.WatchedDirectory,
        _ => null,
    };
}
