namespace Snippets;

/// <summary>Where the store of the README's harness is.</summary>
internal sealed class MySecretSourceOptions
{
    public Uri? Address { get; set; }
}
