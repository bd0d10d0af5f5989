using System.Text;

namespace SecretProviders.Tests.Watching;

/// <summary>States that tests tell apart by a word.</summary>
internal static class States
{
    public static readonly SecretReference A = new("a");
    public static readonly SecretReference B = new("b");

    public static SecretState.Found Found(string value) => new(new GenericSecret(SensitiveBytes.Copy(Encoding.UTF8.GetBytes(value))));

    public static SecretState.Found Found(int value) => Found(value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static string Text(SecretState? state) =>
        state is SecretState.Found { Secret: GenericSecret { Value: { } value } } ? Encoding.UTF8.GetString(value.GetSpan()) : $"{state?.GetType().Name}";
}
