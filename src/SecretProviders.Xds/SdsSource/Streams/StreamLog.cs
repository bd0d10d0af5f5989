using Microsoft.Extensions.Logging;
using SecretProviders.Xds.Mapping;

namespace SecretProviders.Sds;

/// <summary>Says what is worth saying about one stream, each thing once until it changes.</summary>
/// <param name="logger">The source's logger.</param>
/// <param name="source">The source's name.</param>
internal sealed partial class StreamLog(ILogger logger, string source)
{
    private string? _refused;
    private string? _foreign;

    public void Received(SubscriptionNews news, string server)
    {
        var refused = news.Refusal;
        if (refused is not null && refused != _refused)
        {
            ResponseRefused(logger, source, server, refused);
        }

        _refused = refused ?? _refused;
        if (news.Foreign.Count != 0 && _foreign is null)
        {
            _foreign = ResourceName.Shorten(news.Foreign[0]);
            ForeignName(logger, source, server, _foreign);
        }
    }

    public void Split(string server, string status, int leaving, int staying) => StreamSplit(logger, source, server, status, leaving, staying);

    public void Defect(Exception exception) => StreamFailed(logger, source, exception);

    public void Repeats(string server) => ServerRepeats(logger, source, server);
}
