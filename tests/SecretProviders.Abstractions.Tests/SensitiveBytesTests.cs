using System.Runtime.CompilerServices;

namespace SecretProviders.Tests;

public sealed class SensitiveBytesTests
{
    [Fact]
    public void The_bytes_are_copied()
    {
        byte[] original = [1, 2, 3];
        var copy = SensitiveBytes.Copy(original);

        original[0] = 9;

        Assert.Equal([1, 2, 3], copy.GetSpan().ToArray());
    }

    [Fact]
    public void Created_bytes_are_written_in_place()
    {
        var created = SensitiveBytes.Create(3, (byte)7, static (bytes, fill) => bytes.Fill(fill));

        Assert.Equal([7, 7, 7], created.GetSpan().ToArray());
    }

    [Fact]
    public void The_description_has_the_length_only() =>
        Assert.Equal("SensitiveBytes (7 bytes, redacted)", SensitiveBytes.Copy("hunter2"u8).ToString());

    [Theory]
    [InlineData(new byte[] { 1, 2 }, new byte[] { 1, 2 }, true)]
    [InlineData(new byte[0], new byte[0], true)]
    [InlineData(new byte[] { 1, 2 }, new byte[] { 1, 3 }, false)]
    [InlineData(new byte[] { 1, 2 }, new byte[] { 1 }, false)]
    public void Equality_is_by_content(byte[] first, byte[] second, bool equal)
    {
        Assert.Equal(equal, SensitiveBytes.Copy(first).Equals(SensitiveBytes.Copy(second)));
        Assert.Equal(equal, SensitiveBytes.Copy(first).Equals((object)SensitiveBytes.Copy(second)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(131)]
    public void A_difference_counts_wherever_it_is(int length)
    {
        var bytes = new byte[length];
        var original = SensitiveBytes.Copy(bytes);
        for (var place = 0; place < length; place++)
        {
            bytes[place] = 1;
            Assert.False(original.Equals(SensitiveBytes.Copy(bytes)), $"{place}");
            bytes[place] = 0;
        }

        Assert.True(original.Equals(SensitiveBytes.Copy(bytes)));
    }

    [Fact]
    public void Nothing_else_is_equal()
    {
        Assert.False(SensitiveBytes.Copy("a"u8).Equals(null));
        Assert.False(SensitiveBytes.Copy("a"u8).Equals((object)"a"));
    }

    [Fact]
    public void The_hash_is_no_clue_to_the_content() =>
        Assert.Equal(SensitiveBytes.Copy("aaaa"u8).GetHashCode(), SensitiveBytes.Copy("bbbb"u8).GetHashCode());

    [Fact]
    public void Memory_keeps_the_bytes_alive()
    {
        var (memory, owner) = MemoryOfAnUnreferencedOwner();

        CollectEverything();

        Assert.True(owner.IsAlive);
        Assert.Equal("marker"u8, memory.Span);
    }

    [Fact]
    public void The_finalizer_zeroes()
    {
        // A span keeps the array and not its owner, so it shows what the finalizer leaves behind.
        var span = SpanOfAnUnreferencedOwner();

        CollectEverything();

        Assert.Equal(new byte[6], span);
    }

    [Fact]
    public void Disposal_leaves_shared_bytes_alone()
    {
        var bytes = SensitiveBytes.Copy("shared"u8);

        ((IDisposable)bytes).Dispose();

        Assert.Equal("shared"u8, bytes.GetSpan());
    }

    [Fact]
    public unsafe void A_pin_points_at_the_element()
    {
        var bytes = SensitiveBytes.Copy([1, 2, 3]);

        using var pin = bytes.Pin(elementIndex: 2);

        Assert.Equal(3, *(byte*)pin.Pointer);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void A_pin_outside_the_bytes_is_refused(int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SensitiveBytes.Copy([1, 2, 3]).Pin(index));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (Memory<byte> Memory, WeakReference Owner) MemoryOfAnUnreferencedOwner()
    {
        var owner = SensitiveBytes.Copy("marker"u8);
        return (owner.Memory, new WeakReference(owner));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Span<byte> SpanOfAnUnreferencedOwner() => SensitiveBytes.Copy("marker"u8).GetSpan();

    private static void CollectEverything()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
