using Microsoft.AspNetCore.Builder;

namespace SecretProviders.AspNetCore;

/// <summary>Passes conventions on to several endpoints.</summary>
internal sealed class EndpointConventions(IEndpointConventionBuilder[] endpoints) : IEndpointConventionBuilder
{
    public void Add(Action<EndpointBuilder> convention) => Array.ForEach(endpoints, endpoint => endpoint.Add(convention));

    public void Finally(Action<EndpointBuilder> finallyConvention) => Array.ForEach(endpoints, endpoint => endpoint.Finally(finallyConvention));
}
