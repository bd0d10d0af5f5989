namespace SecretProviders.Xds.Grpc;

/// <summary>One connection, which tells when the server is first heard and when it is gone: HTTP/2 servers speak first.</summary>
internal sealed class GrpcConnection(Stream inner, GrpcConnections connections) : Stream
{
    private const int Silent = 0;
    private const int Heard = 1;
    private const int Gone = 2;
    private int _state;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            Note(read, buffer.Length);
            return read;
        }
        catch
        {
            // Before the calls on the connection hear of it, so that the next call does not take it for alive.
            End();
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        Note(read, count);
        return read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            End();
            throw;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public bool IsGone => Volatile.Read(ref _state) == Gone;

    /// <summary>Ends the connection for whoever reads or writes.</summary>
    public void Cut()
    {
        End();
        inner.Dispose();
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        End();
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            End();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Note(int read, int wanted)
    {
        if (read == 0 && wanted > 0)
        {
            End();
        }
        else if (read > 0 && Volatile.Read(ref _state) == Silent && Interlocked.CompareExchange(ref _state, Heard, Silent) == Silent)
        {
            connections.Heard(this);
        }
    }

    private void End()
    {
        if (Interlocked.Exchange(ref _state, Gone) == Heard)
        {
            connections.Lost(this);
        }
    }
}
