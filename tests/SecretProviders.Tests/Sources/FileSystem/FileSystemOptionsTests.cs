using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SecretProviders.FileSystem;
using SecretProviders.Testing;

namespace SecretProviders.Tests.FileSystem;

public sealed class FileSystemOptionsTests
{
    private static readonly FileSystemSecretSourceOptionsValidator Validator = new();

    [Fact]
    public void Path_is_all_that_must_be_set() => Assert.True(Validator.Validate("files", new() { Path = "certs" }).Succeeded);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void Path_is_required(string path) => Fails(new() { Path = path }, "Source 'files': Path is empty");

    [Fact]
    public void Path_without_nul() => Fails(new() { Path = "a\0b" }, "Path has a NUL character");

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(-1)]
    [InlineData(86_401)]
    public void Poll_is_from_a_second_to_a_day(double seconds) => Fails(new() { Path = "a", Poll = TimeSpan.FromSeconds(seconds) }, "Poll must be from 00:00:01 to 1.00:00:00");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(86_401)]
    public void Timeout_is_above_zero(double seconds) => Fails(new() { Path = "a", Timeout = TimeSpan.FromSeconds(seconds) }, "Timeout must be above zero");

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(int.MaxValue)]
    public void Max_bytes_is_within_reason(int bytes) => Fails(new() { Path = "a", MaxBytes = bytes }, $"MaxBytes must be from 1 to 67108864, but is {bytes}");

    [Fact]
    public void All_mistakes_are_told_at_once() =>
        Assert.Equal(4, Validator.Validate("files", new() { Poll = TimeSpan.Zero, Timeout = TimeSpan.Zero, MaxBytes = 0 }).Failures!.Count());

    [Fact]
    public async Task Two_sources_of_one_builder_have_their_own_folders()
    {
        using var folder = new TestFolder();
        using var authority = new TestCertificateAuthority();
        var (first, second) = (authority.Issue("first.example"), authority.Issue("second.example"));
        folder.Write("a/server.pem", FileSystemRotationTests.Joined(first));
        folder.Write("b/server.pem", FileSystemRotationTests.Joined(second));
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(new LogCollector());
        services.AddSecretProviders(builder => builder
            .AddFileSystem("a", options => options.Path = folder["a"])
            .AddFileSystem("b", options => options.Path = folder["b"])
            .Route(new SecretRoute("one", [new RouteReference("a") { Key = "server" }]))
            .Route(new SecretRoute("two", [new RouteReference("b") { Key = "server" }])));
        await using var provider = services.BuildServiceProvider();
        var secrets = provider.GetRequiredService<ISecretProvider>();

        Assert.Equal(first.Secret, (await secrets.GetAsync("one")).Secret);
        Assert.Equal(second.Secret, (await secrets.GetAsync("two")).Secret);
    }

    [Fact]
    public async Task Mistake_is_told_when_the_options_are_validated_at_start()
    {
        var services = new ServiceCollection();
        services.AddSecretProviders(builder => builder.AddFileSystem("files", static options => options.MaxBytes = 0).Route("one", "files"));
        await using var provider = services.BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<IStartupValidator>().Validate);
        Assert.Equal(2, exception.Failures.Count());
    }

    private static void Fails(FileSystemSecretSourceOptions options, string message) =>
        Assert.Contains(message, Assert.Single(Validator.Validate("files", options).Failures!), StringComparison.Ordinal);
}
