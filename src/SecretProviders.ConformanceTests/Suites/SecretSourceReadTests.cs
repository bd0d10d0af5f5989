using System.Text;
using SecretProviders.Testing;
using Xunit;

namespace SecretProviders.ConformanceTests;

/// <summary>What is stored arrives as it is; what is not there is a state and not an error.</summary>
/// <typeparam name="THarness">The harness of the source under test.</typeparam>
public abstract class SecretSourceReadTests<THarness> : SecretSourceSuite<THarness>
    where THarness : SecretSourceHarness, new()
{
    /// <summary>A secret of each kind is found with its content; a kind that the source does not know is not found.</summary>
    /// <param name="kind">The kind.</param>
    [Theory]
    [InlineData(SecretKind.TlsCertificate)]
    [InlineData(SecretKind.ValidationContext)]
    [InlineData(SecretKind.SessionTicketKeys)]
    [InlineData(SecretKind.Generic)]
    public virtual async Task Secret_of_every_kind_arrives_unchanged(SecretKind kind)
    {
        if (!Harness.Kinds.Contains(kind))
        {
            await AssertKindIsUnknownAsync(kind);
            return;
        }

        var (reference, secret) = await ArrangeAsync(kind: kind);

        var found = Assert.IsType<SecretState.Found>(await NextAsync(Open(CreateSource(), reference)));

        Assert.Equal(kind, found.Secret.Kind);
        Assert.Equal(secret ?? found.Secret, found.Secret);
    }

    /// <summary>A key under which nothing is stored is NotFound.</summary>
    [Fact]
    public virtual async Task Absent_secret_is_NotFound()
    {
        var state = await NextAsync(Open(CreateSource(), Harness.Reference("absent", AnyKind)));

        Assert.IsType(Harness.Can(SourceAbility.Absence) ? typeof(SecretState.NotFound) : typeof(SecretState.Found), state);
        Assert.Null(state.DeletedAt);
    }

    /// <summary>Generic bytes of any sort survive: none, zeroes, every byte, line ends, as many as the store takes.</summary>
    /// <param name="sort">Which bytes.</param>
    [Theory]
    [InlineData("empty")]
    [InlineData("zero")]
    [InlineData("every byte")]
    [InlineData("CRLF")]
    [InlineData("large")]
    public virtual async Task Generic_bytes_survive(string sort)
    {
        if (!Harness.Kinds.Contains(SecretKind.Generic) || !Harness.Can(SourceAbility.Write))
        {
            await AssertKindIsUnknownAsync(SecretKind.Generic);
            return;
        }

        byte[] bytes = sort switch
        {
            "empty" => [],
            "zero" => [0],
            "every byte" => [.. Enumerable.Range(0, 256).Select(static value => (byte)value)],
            "CRLF" => Encoding.ASCII.GetBytes("one\r\ntwo\n\r\n"),
            _ => SampleSecrets.NewBytes(Harness.LargestValue).Memory.ToArray(),
        };
        var reference = Harness.Reference("main", SecretKind.Generic);
        await Harness.PutAsync(reference, new GenericSecret(SensitiveBytes.Copy(bytes)));

        var found = await FoundAsync(Open(CreateSource(), reference));

        Assert.Equal(bytes, Assert.IsType<GenericSecret>(found.Secret).Value?.Memory.ToArray());
    }

    /// <summary>A certificate arrives with its whole chain and its own key, whatever the key's algorithm.</summary>
    /// <param name="algorithm">The leaf's key.</param>
    [Theory]
    [InlineData(TestKeyAlgorithm.EcdsaP256)]
    [InlineData(TestKeyAlgorithm.EcdsaP384)]
    [InlineData(TestKeyAlgorithm.Rsa2048)]
    public virtual async Task Chain_and_key_arrive_together(TestKeyAlgorithm algorithm)
    {
        if (!Harness.Kinds.Contains(SecretKind.TlsCertificate))
        {
            await AssertKindIsUnknownAsync(SecretKind.TlsCertificate);
            return;
        }

        var reference = Harness.Reference("main", SecretKind.TlsCertificate);
        using var intermediate = Harness.Authority.CreateIntermediate();
        var issued = intermediate.Issue("conformance.example", Harness.CertificateOptions(reference) with { Algorithm = algorithm });
        if (Harness.Can(SourceAbility.Write))
        {
            await Harness.PutAsync(reference, issued.Secret);
        }

        var certificate = Assert.IsType<TlsCertificate>((await FoundAsync(Open(CreateSource(), reference))).Secret);

        PairCheck.AssertMatches(certificate);
        Assert.Equal(Harness.Can(SourceAbility.Write) ? issued.Secret.Chain : certificate.Chain, certificate.Chain);
    }

    /// <summary>Names that only look odd are names like any other.</summary>
    [Fact]
    public virtual async Task Unusual_names_are_found()
    {
        var source = CreateSource();
        Assert.NotEmpty(Harness.UnusualNames);
        foreach (var name in Harness.UnusualNames)
        {
            var (reference, secret) = await ArrangeAsync(name);

            await FoundAsync(Open(source, reference), secret);
        }
    }

    /// <summary>Two names do not get into each other's way.</summary>
    [Fact]
    public virtual async Task Every_name_has_its_own_secret()
    {
        var (first, firstSecret) = await ArrangeAsync("first");
        var (second, secondSecret) = await ArrangeAsync("second");
        var source = CreateSource();

        var firstFound = await FoundAsync(Open(source, first), firstSecret);
        var secondFound = await FoundAsync(Open(source, second), secondSecret);

        Assert.NotEqual(firstFound.Secret, secondFound.Secret);
    }

    /// <summary>Where one kind is stored and another is wanted, nothing of the wrong kind is found.</summary>
    [Fact]
    public virtual async Task Kind_that_was_not_asked_for_is_not_found()
    {
        var (reference, _) = await ArrangeAsync();
        var source = CreateSource();
        foreach (var kind in Enum.GetValues<SecretKind>().Where(kind => kind != AnyKind))
        {
            var state = await NextAsync(Open(source, reference with { Kind = kind }));

            Assert.True(state is not SecretState.Found found || found.Secret.Kind == kind, $"Asked for {kind}, got {state}.");
        }
    }

    private async Task AssertKindIsUnknownAsync(SecretKind kind)
    {
        var state = await NextAsync(Open(CreateSource(), Harness.Reference("main", kind)));

        Assert.True(
            state is not SecretState.Found found || (Harness.Kinds.Contains(found.Secret.Kind) && found.Secret.Kind == kind),
            $"The harness says that the source has no {kind}, but it answered {state}.");
    }
}
