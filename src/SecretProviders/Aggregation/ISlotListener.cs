namespace SecretProviders.Aggregation;

/// <summary>Who hears what the watched sources say.</summary>
internal interface ISlotListener
{
    void OnState(SlotWatch watch, SecretState state);

    void OnDefect(SlotWatch watch, string defect, bool isNew);
}
