namespace SecretProviders;

/// <summary>Matches one sort of subject alternative name (RFC 5280, section 4.2.1.6) of a peer's certificate.</summary>
/// <param name="NameType">Which sort of name is looked at.</param>
/// <param name="Match">How the name is compared.</param>
/// <param name="Value">What it is compared with: text, or a regular expression in RE2 syntax.</param>
/// <param name="IgnoreCase">Whether case is ignored; has no effect on a regular expression.</param>
public sealed record SubjectAltNameMatcher(SubjectAltNameType NameType, SubjectAltNameMatch Match, string Value, bool IgnoreCase = false);
