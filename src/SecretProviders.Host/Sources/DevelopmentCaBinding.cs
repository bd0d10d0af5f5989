using Microsoft.Extensions.DependencyInjection;
using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Sources;

/// <summary>Reads the settings of a <c>developmentCa</c> source.</summary>
internal static class DevelopmentCaBinding
{
    public static Action<ISecretProvidersBuilder> Bind(string name, SectionReader section)
    {
        var lifetime = section.Duration("lifetime");
        var rotateEvery = section.Duration("rotateEvery");
        var maxNames = section.Integer("maxNames", 1, int.MaxValue);
        var timeout = section.Duration("timeout");
        return builder => builder.AddDevelopmentCa(name, options =>
        {
            options.Lifetime = lifetime ?? options.Lifetime;
            options.RotateEvery = rotateEvery ?? options.RotateEvery;
            options.MaxNames = maxNames ?? options.MaxNames;
            options.Timeout = timeout ?? options.Timeout;
        });
    }
}
