using SecretProviders.Benchmarks;

return args switch
{
    ["hub", ..] => await HubBenchmark.RunAsync(),
    ["files", ..] => await FileRotationBenchmark.RunAsync(),
    ["chain", ..] => await ChainBenchmark.RunAsync(),
    ["kubernetes", ..] => await KubernetesBenchmark.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project benchmarks/SecretProviders.Benchmarks -- hub|files|chain|kubernetes");
    return 2;
}
