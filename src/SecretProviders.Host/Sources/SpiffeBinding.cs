using Microsoft.Extensions.DependencyInjection;
using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Sources;

/// <summary>Reads the settings of a <c>spiffe</c> source.</summary>
internal static class SpiffeBinding
{
    public static Action<ISecretProvidersBuilder> Bind(string name, SectionReader section)
    {
        var socket = section.Text("socket");
        var flatBundles = section.Flag("flatBundles");
        var timeout = section.Duration("timeout");
        return builder => builder.AddSpiffe(name, options =>
        {
            options.Socket = socket;
            options.FlatBundles = flatBundles ?? options.FlatBundles;
            options.Timeout = timeout ?? options.Timeout;
        });
    }
}
