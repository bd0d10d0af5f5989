using System.Runtime.InteropServices;
using SecretProviders.Host;
using SecretProviders.Host.Commands;

using var interrupted = new CancellationTokenSource();

void Interrupt(PosixSignalContext context)
{
    // The first signal asks, the second is the system's own and ends the process.
    context.Cancel = !interrupted.IsCancellationRequested;
    interrupted.Cancel();
}

using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
return await HostCommandLine.RunAsync(args, CommandEnvironment.OfProcess(), interrupted.Token);
