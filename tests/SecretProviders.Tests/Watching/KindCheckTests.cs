using SecretProviders.Watching;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Watching;

public sealed class KindCheckTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(SecretKind.Generic)]
    public void Find_of_the_wanted_kind_passes(SecretKind? wanted)
    {
        var found = Found("one");

        Assert.Same(found, KindCheck.Judge(A with { Kind = wanted }, found));
    }

    [Theory]
    [InlineData(SecretKind.TlsCertificate)]
    [InlineData(SecretKind.ValidationContext)]
    [InlineData(SecretKind.SessionTicketKeys)]
    public void Find_of_another_kind_is_invalid(SecretKind wanted)
    {
        var invalid = Assert.IsType<SecretState.Invalid>(KindCheck.Judge(A with { Kind = wanted }, Found("one")));

        Assert.Equal(SecretProblemCode.WrongKind, invalid.Problem.Code);
        Assert.Equal($"'a' is of kind Generic where {wanted} is wanted: correct the reference's key or the route's kind.", invalid.Problem.Message);
    }

    [Fact]
    public void Other_states_pass()
    {
        var state = new SecretState.Unavailable("lost");

        Assert.Same(state, KindCheck.Judge(A with { Kind = SecretKind.TlsCertificate }, state));
    }
}
