namespace SecretProviders.Host.Configuration;

/// <content>Where a source finds its own credentials.</content>
internal sealed partial class SectionReader
{
    /// <summary>Reads <c>{ file: PATH }</c> or <c>{ secret: NAME }</c>; null when absent or mistaken.</summary>
    /// <param name="name">The field.</param>
    public SecretCredential? Credential(string name) => Has(name) ? Map(name, BindCredential) : null;

    /// <summary>Reads <c>caFile: PATH</c> and <c>tls: { ca, certificate, serverName }</c> into a source's options.</summary>
    public Action<StoreTlsOptions> StoreTls()
    {
        var caFile = FilePath("caFile");
        var (ca, certificate, serverName) = Map("tls", static tls => (tls.Credential("ca"), tls.Credential("certificate"), tls.Text("serverName")));
        if (caFile is not null && ca is not null)
        {
            Refuse("caFile", "is there beside tls.ca; keep one");
        }

        return options =>
        {
            options.Ca = caFile is null ? ca ?? options.Ca : SecretCredential.FromFile(caFile);
            options.Certificate = certificate ?? options.Certificate;
            options.ServerName = serverName ?? options.ServerName;
        };
    }

    private static SecretCredential? BindCredential(SectionReader section)
    {
        var file = section.NonEmpty("file", "write a path");
        var keyFile = section.FilePath("keyFile");
        var secret = section.NonEmpty("secret", "write a name that this server serves");
        var field = section.Text("field");
        if (section.Has("file") == section.Has("secret"))
        {
            section.Refuse("needs exactly one of file and secret");
            return null;
        }

        if (file is not null && field is not null)
        {
            section.Refuse("field", "is for secret; a file is read whole");
        }

        if (secret is not null && keyFile is not null)
        {
            section.Refuse("keyFile", "is for file; a secret brings its key along");
        }

        return (file, secret) switch
        {
            (not null, _) => SecretCredential.FromFile(section.FilePath("file")!, keyFile),
            (_, not null) => SecretCredential.FromSecret(secret, field),
            _ => null,
        };
    }

    private string? NonEmpty(string name, string remedy)
    {
        var text = Text(name);
        if (text is not { Length: 0 })
        {
            return text;
        }

        Refuse(name, $"is empty; {remedy}");
        return null;
    }
}
