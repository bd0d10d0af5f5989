using Microsoft.Extensions.DependencyInjection;
using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Sources;

/// <summary>Reads the settings of a <c>fileSystem</c> source.</summary>
internal static class FileSystemBinding
{
    public static Action<ISecretProvidersBuilder> Bind(string name, SectionReader section)
    {
        var path = section.RequiredPath("path", "write the folder that holds the files");
        var poll = section.Duration("poll");
        var timeout = section.Duration("timeout");
        return builder => builder.AddFileSystem(name, options =>
        {
            options.Path = path ?? options.Path;
            options.Poll = poll ?? options.Poll;
            options.Timeout = timeout ?? options.Timeout;
        });
    }
}
