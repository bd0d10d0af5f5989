using Microsoft.Extensions.Options;
using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Tests.Configuration;

/// <summary>Mistakes that only the provider sees get the place of the file.</summary>
public sealed class ConfigurationPlacesTests
{
    private static readonly HostConfiguration Configuration = ConfigurationText.Parse(
        ConfigurationText.Files
        + "secrets:\n  - { name: \"a/{x}\", from: [ { source: files } ] }\n  - { name: \"**\", from: [ { source: files } ] }\n");

    [Theory]
    [InlineData("Route 'a/{x}': is wrong.", "host.yaml:4: secrets[0]: is wrong.")]
    [InlineData("Route '**': is hidden by route 'a/{x}'.", "host.yaml:5: secrets[1]: is hidden by route 'a/{x}'.")]
    [InlineData("Route 'other': is wrong.", "Route 'other': is wrong.")]
    [InlineData("demand.linger must not be negative.", "demand.linger must not be negative.")]
    [InlineData("Source 'files': its credential is wrong.", "host.yaml:2: sources.files: its credential is wrong.")]
    [InlineData("Source 'other': is wrong.", "Source 'other': is wrong.")]
    public void A_mistake_is_found_by_the_route_or_source_that_it_begins_with(string error, string expected) =>
        Assert.Equal(expected, Assert.Single(ConfigurationPlaces.Of([error], Configuration).Errors));

    [Theory]
    [InlineData("files", "Poll is too short.", "host.yaml:2: sources.files: Poll is too short.")]
    [InlineData("files", "Source 'files': Poll is too short.", "host.yaml:2: sources.files: Poll is too short.")]
    [InlineData("other", "Poll is too short.", "Poll is too short.")]
    public void A_source_is_found_by_its_name_and_named_once(string name, string failure, string expected) =>
        Assert.Equal(
            expected,
            Assert.Single(ConfigurationPlaces.OfSources([new OptionsValidationException(name, typeof(object), [failure])], Configuration).Errors));

    [Fact]
    public void All_failures_of_all_sources_are_told() =>
        Assert.Equal(
            3,
            ConfigurationPlaces.OfSources(
                [new OptionsValidationException("files", typeof(object), ["a", "b"]), new OptionsValidationException("other", typeof(object), ["c"])],
                Configuration).Errors.Length);
}
