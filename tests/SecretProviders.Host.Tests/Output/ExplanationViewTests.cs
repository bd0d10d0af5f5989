using SecretProviders.Host.Output;

namespace SecretProviders.Host.Tests.Output;

/// <summary>Whom an explanation counts: clients, and never the host itself.</summary>
public sealed class ExplanationViewTests
{
    [Theory]
    [InlineData(3, 3, 2, 1, "2 2 1 1 0")]
    [InlineData(3, 1, 1, 0, "2 0 0 0 2")]
    [InlineData(1, 1, 1, 0, "0 0 0 0 0")]
    [InlineData(0, 0, 0, 0, "0 0 0 0 0")]
    [InlineData(2, 1, 1, 2, "1 0 0 2 0")]
    public void The_host_is_no_client(int consumers, int sent, int applied, int rejected, string expected)
    {
        var view = ExplanationView.From(
            new SecretExplanation(new SecretSnapshot("web", SecretStatus.Absent), "**", "None has it.") { Consumers = consumers, Sent = sent, Applied = applied, Rejected = rejected },
            ownConsumers: 1);

        Assert.Equal(expected, $"{view.Consumers} {view.Sent} {view.Applied} {view.Rejected} {view.Lagging}");
    }
}
