using System.Net.Sockets;
using System.Security.Authentication;

namespace SecretProviders.Watching;

/// <summary>Turns what a store's client throws into a state. Pure.</summary>
internal static class StoreFailure
{
    /// <summary>Gets the state that a failure is.</summary>
    /// <param name="exception">What was thrown.</param>
    public static SecretState ToState(Exception exception) => exception switch
    {
        SecretSourceException failure => failure.ToState(),
        _ => new SecretState.Unavailable(Describe(exception)) { Definite = IsDefinite(exception) },
    };

    /// <summary>Says what happened, without anything that may be secret.</summary>
    /// <param name="exception">What was thrown.</param>
    // Messages of parsers may quote what they read, and that may be a secret. Only those that speak of the way to the
    // store are repeated, and what sources say themselves.
    public static string Describe(Exception exception) =>
        exception is SecretSourceException
            ? exception.Message
            : exception is HttpRequestException or SocketException or IOException or AuthenticationException or TimeoutException or UnauthorizedAccessException
            ? $"{exception.GetType().Name}: {exception.Message}"
            : exception.GetType().Name;

    private static bool IsDefinite(Exception exception) => exception switch
    {
        SocketException socket => socket.SocketErrorCode is SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.AddressNotAvailable,
        AuthenticationException => true,
        { InnerException: { } inner } => IsDefinite(inner),
        _ => false,
    };
}
