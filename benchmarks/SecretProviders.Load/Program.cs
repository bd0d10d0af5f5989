using System.CommandLine;
using SecretProviders.Load.Comparing;
using SecretProviders.Load.Serving;

var root = new RootCommand("Measures the SDS server under load.") { ServeCommand.Build(), CompareCommand.Build() };
return await root.Parse(args).InvokeAsync();
