using SecretProviders.Kubernetes.Client;
using SecretProviders.Watching;

namespace SecretProviders.Kubernetes.Permissions;

/// <summary>Turns what goes wrong with the API into a state with its remedy. Pure.</summary>
internal static class ApiFailure
{
    /// <summary>Gets the state that a failure is.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="selection">What was asked for.</param>
    public static SecretState ToState(Exception exception, ObjectSelection selection) => exception switch
    {
        ApiException { Code: 401 } => new SecretState.Denied(
            $"The API server does not accept the credentials ({exception.Message}): renew the token or the certificate, and compare the clocks."),
        ApiException { Code: 403 } => new SecretState.Denied($"{RoleRule.For(selection)} The API server says: {exception.Message}"),
        ApiException { Code: 404 } => new SecretState.Unavailable(
            $"The API server does not serve {selection.Resource.Plural}{(selection.Resource.Group.Length == 0 ? "" : $" of {selection.Resource.Group}")}: install or enable them, or correct the server's address.")
        { Definite = true },
        ApiException api => new SecretState.Unavailable($"The API server answered for {selection} with {api.Code}: {api.Message}") { RetryAfter = api.RetryAfter },
        System.Text.Json.JsonException or InvalidDataException => new SecretState.Unavailable(
            $"The answer for {selection} cannot be read; if something stands between this process and the API server, look there."),
        _ => StoreFailure.ToState(exception),
    };
}
