namespace SecretProviders.AspNetCore.Grpc;

/// <summary>Answers one call. Returning ends it with OK; a <c>GrpcException</c> ends it with its status.</summary>
internal delegate Task GrpcHandler(GrpcServerCall call);
