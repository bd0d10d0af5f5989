using System.CommandLine;
using SecretProviders.Host.Admin;
using SecretProviders.Host.Serving;

namespace SecretProviders.Host.Commands;

/// <summary>Chooses who answers: the server that <c>--server</c> names, else the one at <c>server.admin</c>, else a provider built here.</summary>
internal static class ReaderSelection
{
    /// <exception cref="ServerUnreachableException">The server that must be asked does not answer.</exception>
    /// <exception cref="SecretConfigurationException">The configuration is mistaken.</exception>
    public static async Task<ISecretReader> OpenAsync(CommonOptions options, ParseResult parsed, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        var timeout = parsed.GetValue(options.Timeout);
        if (options.ServerOf(parsed, environment) is { } server)
        {
            return await AdminClient.FindAsync(server, timeout, environment.Time, cancellationToken)
                ?? throw new ServerUnreachableException($"nothing listens at {server}; start the server, or correct --server");
        }

        var configuration = options.Loader(parsed, environment).Load();
        if (configuration.Server.Admin is { } admin)
        {
            if (await AdminClient.FindAsync(admin, timeout, environment.Time, cancellationToken) is { } client)
            {
                return client;
            }

            environment.Error.WriteLine($"secretproviders: no server answers at {admin}; asking the sources from here");
        }
        else
        {
            environment.Error.WriteLine("secretproviders: server.admin is not set, so no server can be asked; asking the sources from here");
        }

        return await ConfiguredProvider.OpenReaderAsync(configuration, environment, parsed.GetValue(options.Mint), cancellationToken);
    }
}
