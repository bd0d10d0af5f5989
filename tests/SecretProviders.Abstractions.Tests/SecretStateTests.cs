namespace SecretProviders.Tests;

public sealed class SecretStateTests
{
    private static readonly DateTimeOffset SomeTime = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SecretState.Found Sample = new(Samples.Makers[0]());

    /// <summary>Gets makers of states of which no two are equal.</summary>
    public static Func<SecretState>[] Makers { get; } =
    [
        static () => new SecretState.Found(Samples.Makers[0]()),
        static () => new SecretState.Found(Samples.Makers[1]()),
        static () => new SecretState.Found(Samples.Makers[0]()) { Trust = new ValidationContext() },
        static () => new SecretState.Found(Samples.Makers[0]()) { Trust = new ValidationContext { AcceptUntrusted = true } },
        static () => new SecretState.Found(Samples.Makers[0]()) { ValidUntil = SomeTime },
        static () => new SecretState.Found(Samples.Makers[0]()) { Minted = true },
        static () => new SecretState.Found(Samples.Makers[0]()) { Origin = new SecretOrigin("files") },
        static () => new SecretState.NotFound(),
        static () => new SecretState.NotFound { LastGood = Sample },
        static () => new SecretState.NotFound { DeletedAt = SomeTime },
        static () => new SecretState.Removed(RemovalReason.Deleted),
        static () => new SecretState.Removed(RemovalReason.Redacted),
        static () => new SecretState.Removed(RemovalReason.Deleted) { DeletedAt = SomeTime },
        static () => new SecretState.Denied("grant"),
        static () => new SecretState.Denied("grant more"),
        static () => new SecretState.Invalid(new SecretProblem(SecretProblemCode.Malformed, "broken")),
        static () => new SecretState.Invalid(new SecretProblem(SecretProblemCode.TooLarge, "broken")),
        static () => new SecretState.Unavailable("down"),
        static () => new SecretState.Unavailable("down") { Definite = true },
        static () => new SecretState.Unavailable("down") { RetryAfter = TimeSpan.FromSeconds(1) },
        static () => new SecretState.Unavailable("down") { LastGood = Sample },
    ];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Makers.Length)];

    [Theory]
    [MemberData(nameof(Indices))]
    public void Equal_states_are_equal_and_hash_alike(int index)
    {
        Assert.Equal(Makers[index](), Makers[index]());
        Assert.Equal(Makers[index]().GetHashCode(), Makers[index]().GetHashCode());
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void Different_states_are_unequal(int index) =>
        Assert.All(Makers.Where((_, other) => other != index), make => Assert.NotEqual(Makers[index](), make()));

    [Fact]
    public void A_find_is_its_own_last_good()
    {
        var found = Sample with { LastGood = new SecretState.Found(Samples.Makers[1]()) };

        Assert.Same(found, found.LastGood);
        Assert.Equal(Sample, found);
    }

    [Fact]
    public void Any_other_state_has_the_last_good_it_was_given()
    {
        SecretState state = new SecretState.Unavailable("down") { LastGood = Sample };

        Assert.Same(Sample, state.LastGood);
        Assert.Same(Sample, (state with { DeletedAt = SomeTime }).LastGood);
        Assert.Null(new SecretState.NotFound().LastGood);
    }

    [Fact]
    public void A_description_names_the_state_and_what_it_says()
    {
        Assert.Contains("Denied", new SecretState.Denied("grant get").ToString(), StringComparison.Ordinal);
        Assert.Contains("grant get", new SecretState.Denied("grant get").ToString(), StringComparison.Ordinal);
        Assert.Contains("Malformed: broken", Makers[15]().ToString(), StringComparison.Ordinal);
    }
}
