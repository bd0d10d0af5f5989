using SecretProviders.Benchmarks;

return args switch
{
    ["hub", ..] => await HubBenchmark.RunAsync(),
    ["files", ..] => await FileRotationBenchmark.RunAsync(),
    ["chain", ..] => await ChainBenchmark.RunAsync(),
    ["switch", ..] => await SwitchBenchmark.RunAsync(),
    ["switch-server", var socket, var name] => await SwitchServer.ServeAsync(socket, name),
    ["kubernetes", ..] => await KubernetesBenchmark.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project benchmarks/SecretProviders.Benchmarks -- hub|files|chain|switch|kubernetes");
    return 2;
}
