namespace SecretProviders.Host.Configuration;

/// <summary>Reads one entry of <c>secrets</c>, with <c>defaults</c> behind it.</summary>
internal static class RouteBinder
{
    private const string ReferenceShape = "{ source: NAME }";
    private const string NotYet = "is not built yet; use from (first of) or union";

    private static readonly Dictionary<string, SecretKind> Kinds = new()
    {
        ["tlsCertificate"] = SecretKind.TlsCertificate,
        ["validationContext"] = SecretKind.ValidationContext,
        ["sessionTicketKeys"] = SecretKind.SessionTicketKeys,
        ["generic"] = SecretKind.Generic,
    };

    /// <summary>Gets a kind's word in files and output.</summary>
    public static string KindWord(SecretKind kind) => Kinds.First(pair => pair.Value == kind).Key;

    public static RouteConfiguration Bind(SectionReader section)
    {
        var pattern = section.RequiredText("name", "write the secret's name, or a pattern such as \"{name}\" or \"**\"");
        var from = section.List("from", BindReference, shape: ReferenceShape);
        var union = section.List("union", BindReference, shape: ReferenceShape);
        section.RefuseIfPresent("overlay", NotYet);
        section.RefuseIfPresent("newest", NotYet);
        if (section.Has("from") == section.Has("union") && !section.Has("overlay") && !section.Has("newest"))
        {
            section.Refuse("needs exactly one of from and union: where the secret comes from");
        }

        RefuseEmpty(section, "from");
        RefuseEmpty(section, "union");
        var isUnion = section.Has("union");
        var route = BindPolicies(section, new SecretRoute(pattern, isUnion ? union : from)
        {
            Rule = isUnion ? SecretRule.Union : SecretRule.FirstOf,
        });
        if (isUnion && !section.HasOwn("kind"))
        {
            route = route with { Kind = SecretKind.ValidationContext };
        }

        return new RouteConfiguration(route, section.Place, section.Path);
    }

    /// <summary>Reads what a route and <c>defaults</c> have in common.</summary>
    public static SecretRoute BindPolicies(SectionReader section, SecretRoute route)
    {
        var absent = new SecretRoute(string.Empty, []);
        return route with
        {
            Kind = section.Choice("kind", Kinds),
            Trust = section.Text("trust"),
            ChainsTo = section.Texts("chainsTo"),
            Strict = section.Flag("strict") ?? false,
            Gates = section.Map("gates", BindGates),
            RetainRemoved = section.Duration("retainRemoved"),
            MaxStale = section.DurationOrNone("maxStale"),
            FallThroughAfter = section.DurationOrNone("fallThroughAfter"),
            FirstAnswer = section.Duration("firstAnswer") ?? absent.FirstAnswer,
            Dwell = section.Duration("dwell") ?? absent.Dwell,
            GroupHold = section.Duration("groupHold") ?? absent.GroupHold,
            MaxNames = section.IntegerOrNone("maxNames", 1, int.MaxValue),
        };
    }

    private static SecretGates BindGates(SectionReader section) => new()
    {
        MinRsaBits = section.Integer("minRsaBits", 1, 16_384),
        NameInSan = section.Flag("nameInSan") ?? false,
        ChainToTrust = section.Text("chainToTrust"),
        MaxBytes = section.Size("maxBytes"),
    };

    private static RouteReference BindReference(SectionReader section)
    {
        section.RefuseIfPresent("decryptWith", "decryption is not built yet; store the secret in clear, or wait");
        section.RefuseIfPresent("format", "decryption is not built yet; store the secret in clear, or wait");
        return new RouteReference(section.RequiredText("source", "write the name of an entry of sources"))
        {
            Key = section.Text("key"),
            Property = section.Text("property"),
            Version = section.Text("version"),
            Parameters = section.TextMap("parameters"),
        };
    }

    private static void RefuseEmpty(SectionReader section, string name)
    {
        if (section.IsEmptyList(name))
        {
            section.Refuse(name, "is empty; name at least one source");
        }
    }
}
