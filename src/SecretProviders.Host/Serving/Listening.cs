using System.Collections.Immutable;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Serving;

/// <summary>Opens configured listeners.</summary>
internal static class Listening
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Adds a listener to Kestrel.</summary>
    public static void Listen(this KestrelServerOptions kestrel, ListenerConfiguration listener, HttpProtocols protocols)
    {
        void Configure(ListenOptions options)
        {
            options.Protocols = protocols;
            if (listener is ListenerConfiguration.Tcp { Tls: { } tls })
            {
                options.UseSecretTls(tls.Certificate, tls.ClientCa);
            }
        }

        switch (listener)
        {
            case ListenerConfiguration.UnixSocket unix:
                // Until the group is set, a mode that lets the group in would let in the wrong one.
                kestrel.ListenSecretDiscovery(unix.Path, unix.Group is null ? unix.Mode : OwnerOnly, Configure);
                break;
            case ListenerConfiguration.Tcp tcp:
                kestrel.ListenSecretDiscovery(tcp.EndPoint, Configure);
                break;
        }
    }

    /// <summary>Gets where a started application listens, as configuration files write it; port 0 has become the port that was taken.</summary>
    public static ImmutableArray<string> Addresses(WebApplication application) =>
        [.. application.Urls.Select(static url => url[(url.IndexOf("://", StringComparison.Ordinal) + "://".Length)..])];

    /// <summary>Starts an application whose listeners may not open, which is then told as a mistake of the configuration.</summary>
    /// <exception cref="SecretConfigurationException">A listener cannot be opened.</exception>
    public static async Task StartAsync(WebApplication application, ImmutableArray<ListenerConfiguration> listeners, CancellationToken cancellationToken)
    {
        try
        {
            await application.StartAsync(cancellationToken);
            foreach (var unix in listeners.OfType<ListenerConfiguration.UnixSocket>().Where(static unix => unix.Group is not null))
            {
                UnixGroup.Give(unix.Path, unix.Group!.Value);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(unix.Path, unix.Mode);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or UnauthorizedAccessException)
        {
            var place = listeners.Length == 1 ? listeners[0].Place.Text : listeners[0].Place.Text + " and below";

            // An error of the system says what happened; one of the socket's own checks says what to do as well.
            var problem = (exception as SocketException)?.SocketErrorCode switch
            {
                SocketError.AddressNotAvailable => "this machine has no such address. Choose one that it has.",
                null when exception is IOException { InnerException: null } => exception.Message,
                _ => $"{exception.Message.TrimEnd('.')}. Stop what listens there, or choose another place.",
            };
            throw new SecretConfigurationException($"{place}: cannot listen at {string.Join(", ", listeners)}: {problem}");
        }
    }
}
