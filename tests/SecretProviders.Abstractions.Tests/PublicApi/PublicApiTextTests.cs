using System.Collections.Immutable;

namespace SecretProviders.Tests.PublicApi;

public sealed class PublicApiTextTests
{
    [Fact]
    public void Members_are_written_as_a_reader_of_csharp_knows_them() =>
        Assert.Equal(
            """
            abstract class SecretProviders.Tests.PublicApi.PublicApiTextTests.Shape<T> : System.ICloneable
                protected .ctor(string name)
                const int Corners = 4
                T Value { get; init; }
                object Clone()
                abstract System.Collections.Generic.List<T[]> All(params T[] items)
                event System.EventHandler Changed
                override string ToString()
                protected virtual bool TryGet(out int? value, System.TimeSpan? within = null)
                static readonly string Empty

            """.Split('\n').Order(StringComparer.Ordinal),
            PublicApiText.Of([typeof(Shape<>)]).Split('\n').Order(StringComparer.Ordinal));

    [Fact]
    public void What_the_compiler_adds_to_a_record_is_left_out() =>
        Assert.Equal(
            "sealed class SecretProviders.Tests.PublicApi.PublicApiTextTests.Pair : System.IEquatable<SecretProviders.Tests.PublicApi.PublicApiTextTests.Pair>\n"
            + "    .ctor(string Name, System.Collections.Immutable.ImmutableArray<int> Numbers)\n"
            + "    System.Collections.Immutable.ImmutableArray<int> Numbers { get; init; }\n"
            + "    string Name { get; init; }\n",
            PublicApiText.Of([typeof(Pair)]));

    [Fact]
    public void Values_of_an_enumeration_are_part_of_it() =>
        Assert.Equal("enum SecretProviders.Tests.PublicApi.PublicApiTextTests.Side\n    Left = 1\n    Right = 2\n", PublicApiText.Of([typeof(Side)]));

    [Fact]
    public void A_difference_names_the_type_of_each_line() =>
        Assert.Equal(
            ["- class A: int X { get; }", "+ class A: long X { get; }", "+ class B"],
            LineDifference.Between(["class A : C", "    int X { get; }"], ["class A : C", "    long X { get; }", "class B"]));

    public enum Side
    {
        Left = 1,
        Right = 2,
    }

    public abstract class Shape<T>(string name) : ICloneable
    {
        public const int Corners = 4;
        public static readonly string Empty = "";
        private readonly string _name = name;

        public event EventHandler? Changed;

        public T? Value { get; init; }

        public abstract List<T[]> All(params T[] items);

        public override string ToString() => _name;

        public object Clone()
        {
            Changed?.Invoke(this, EventArgs.Empty);
            return MemberwiseClone();
        }

        protected virtual bool TryGet(out int? value, TimeSpan? within = null) => (value = within?.Days) is not null;

        internal void Hidden() => Changed = null;
    }

    public sealed record Pair(string Name, ImmutableArray<int> Numbers);
}
