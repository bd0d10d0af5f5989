using Microsoft.Extensions.DependencyInjection;
using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Sources;

/// <summary>Reads the settings of an <c>sdsFile</c> source.</summary>
internal static class SdsFileBinding
{
    public static Action<ISecretProvidersBuilder> Bind(string name, SectionReader section)
    {
        var path = section.RequiredPath("path", "write the resource file");
        var allowEnvironment = section.Flag("allowEnvironment");
        var poll = section.Duration("poll");
        var timeout = section.Duration("timeout");
        return builder => builder.AddSdsFile(name, options =>
        {
            options.Path = path ?? options.Path;
            options.AllowEnvironment = allowEnvironment ?? options.AllowEnvironment;
            options.Poll = poll ?? options.Poll;
            options.Timeout = timeout ?? options.Timeout;
        });
    }
}
