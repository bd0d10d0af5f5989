using SecretProviders.Kubernetes.Configuration;

namespace SecretProviders.Kubernetes.Tests.Configuration;

public sealed class ClusterAccessFinderTests : IDisposable
{
    private readonly KubeconfigFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Configured_file_goes_before_everything()
    {
        var configured = _files.Write("configured", Config("configured"));
        var variable = _files.Write("variable", Config("variable"));

        Assert.Equal("configured", _files.Find(configured, variable: variable, serviceAccount: ServiceAccount(), host: "10.0.0.1").Server.Host);
    }

    [Fact]
    public void Variable_goes_before_the_service_account()
    {
        var variable = _files.Write("variable", Config("variable"));

        Assert.Equal("variable", _files.Find(null, variable: variable, serviceAccount: ServiceAccount(), host: "10.0.0.1").Server.Host);
    }

    [Fact]
    public void Service_account_goes_before_the_home_folder()
    {
        _files.Write(".kube/config", Config("home"));

        Assert.Equal("10.0.0.1", _files.Find(null, serviceAccount: ServiceAccount(), host: "10.0.0.1").Server.Host);
    }

    [Fact]
    public void Context_means_a_kubeconfig_also_in_a_pod()
    {
        _files.Write(".kube/config", Config("home"));

        Assert.Equal("home", _files.Find(null, "one", serviceAccount: ServiceAccount(), host: "10.0.0.1").Server.Host);
    }

    [Fact]
    public void Service_account_without_the_variables_of_a_pod_is_none()
    {
        _files.Write(".kube/config", Config("home"));

        Assert.Equal("home", _files.Find(null, serviceAccount: ServiceAccount()).Server.Host);
    }

    [Fact]
    public async Task Service_account_has_token_authority_and_namespace()
    {
        var folder = ServiceAccount();

        var access = _files.Find(null, serviceAccount: folder, host: "10.0.0.1");

        Assert.Equal(("https://10.0.0.1/", "edge"), (access.Server.AbsoluteUri, access.Namespace));
        Assert.Equal("authority", System.Text.Encoding.UTF8.GetString(access.Authorities!.Read().GetSpan()));
        Assert.Equal("token-of-pod", (await access.Credential.GetAsync(false, TestContext.Current.CancellationToken)).Token);
    }

    [Fact]
    public void IPv6_address_of_a_pods_server_is_bracketed() =>
        Assert.Equal("https://[fd00::1]/", _files.Find(null, serviceAccount: ServiceAccount(), host: "fd00::1").Server.AbsoluteUri);

    [Fact]
    public async Task Token_of_a_pod_is_read_anew_as_it_rotates()
    {
        var folder = ServiceAccount();
        var access = _files.Find(null, serviceAccount: folder, host: "10.0.0.1");
        await access.Credential.GetAsync(false, TestContext.Current.CancellationToken);

        File.WriteAllText(Path.Combine(folder, "token"), "token-rotated\n");

        Assert.Equal("token-rotated", (await access.Credential.GetAsync(false, TestContext.Current.CancellationToken)).Token);
    }

    [Fact]
    public void Authority_of_a_pod_is_read_anew_as_it_rotates()
    {
        var folder = ServiceAccount();
        var authorities = _files.Find(null, serviceAccount: folder, host: "10.0.0.1").Authorities!;
        authorities.Read();

        File.WriteAllText(Path.Combine(folder, "ca.crt"), "rotated");

        Assert.Equal("rotated"u8.ToArray(), authorities.Read().GetSpan().ToArray());
    }

    [Fact]
    public void Files_of_a_list_that_are_not_there_are_passed_over()
    {
        var there = _files.Write("there", Config("there"));

        Assert.Equal("there", _files.Find($"/nowhere/config{Path.PathSeparator}{there}").Server.Host);
    }

    [Fact]
    public void Not_one_file_of_the_list_is_a_mistake() =>
        Assert.Contains("'/nowhere/config' does not exist", Assert.Throws<SecretConfigurationException>(() => _files.Find("/nowhere/config")).Errors[0], StringComparison.Ordinal);

    [Fact]
    public void No_cluster_at_all_says_where_it_was_looked_for()
    {
        var message = Assert.Throws<SecretConfigurationException>(() => _files.Find(null)).Errors[0];

        Assert.Contains("KUBECONFIG is not set", message, StringComparison.Ordinal);
        Assert.Contains(".kube", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Context_without_a_kubeconfig_is_told_as_such() =>
        Assert.Contains("a context ('one') is only in a kubeconfig", Assert.Throws<SecretConfigurationException>(
            () => _files.Find(null, "one", serviceAccount: ServiceAccount(), host: "10.0.0.1")).Errors[0], StringComparison.Ordinal);

    private static string Config(string host) => KubeconfigFiles.Minimal.Replace("one.example", host, StringComparison.Ordinal);

    private string ServiceAccount()
    {
        _files.Write("account/token", "token-of-pod\n");
        _files.Write("account/ca.crt", "authority");
        _files.Write("account/namespace", "edge");
        return Path.Combine(_files.Folder, "account");
    }
}
