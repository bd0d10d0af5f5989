"""An SDS client on Debian's grpcio (gRPC's C core), an implementation that shares no code with ours.

usage: /usr/bin/python3 sds_client.py GENERATED_DIR ADDRESS COMMAND [ARGUMENT...]
GENERATED_DIR holds what protoc --python_out made of the protos.
One line of JSON per event: {"event":"secret",...}, {"event":"removed",...} or {"event":"status",...}.
"""
import json
import queue
import sys

sys.path.insert(0, sys.argv[1])
import grpc  # noqa: E402
import core_pb2  # noqa: E402
import discovery_pb2  # noqa: E402
import status_pb2  # noqa: E402
import tls_pb2  # noqa: E402

ADDRESS, COMMAND, REST = sys.argv[2], sys.argv[3], sys.argv[4:]
SERVICE = "/envoy.service.secret.v3.SecretDiscoveryService/"
SECRET_TYPE = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"
NODE = core_pb2.Node(id="grpcio", cluster="interop")


def emit(**event):
    print(json.dumps(event), flush=True)


def emit_status(error):
    emit(event="status", code=error.code().value[0], details=error.details())


def text(source):
    return source.inline_bytes.decode("utf-8") if source.inline_bytes else None


def emit_secret(any_value, version, nonce):
    secret = tls_pb2.Secret.FromString(any_value.value)
    emit(
        event="secret",
        name=secret.name,
        version=version,
        nonce=nonce,
        chain=text(secret.tls_certificate.certificate_chain),
        key=text(secret.tls_certificate.private_key),
        trust=text(secret.validation_context.trusted_ca),
        value=text(secret.generic_secret.secret),
    )


def stream(channel, method, request_type, response_type, first, answer, count):
    """Runs a stream until COUNT responses were answered; ANSWER makes a request of a response."""
    requests = queue.Queue()
    requests.put(first)
    call = channel.stream_stream(
        SERVICE + method,
        request_serializer=request_type.SerializeToString,
        response_deserializer=response_type.FromString,
    )(iter(requests.get, None))
    try:
        for number, response in enumerate(call, start=1):
            requests.put(answer(number, response))
            if number == count:
                requests.put(None)
    except grpc.RpcError as error:
        emit_status(error)
    finally:
        requests.put(None)


def watch(channel, names, count, refusal=None):
    def answer(number, response):
        for resource in response.resources:
            emit_secret(resource, response.version_info, response.nonce)
        request = discovery_pb2.DiscoveryRequest(type_url=SECRET_TYPE, resource_names=names, response_nonce=response.nonce)
        if refusal is not None and number == 1:
            request.error_detail.CopyFrom(status_pb2.Status(code=3, message=refusal))
        else:
            request.version_info = response.version_info
        return request

    first = discovery_pb2.DiscoveryRequest(node=NODE, type_url=SECRET_TYPE, resource_names=names)
    stream(channel, "StreamSecrets", discovery_pb2.DiscoveryRequest, discovery_pb2.DiscoveryResponse, first, answer, count)


def watch_delta(channel, name, count):
    def answer(_, response):
        for resource in response.resources:
            emit_secret(resource.resource, resource.version, response.nonce)
        for removed in response.removed_resources:
            emit(event="removed", name=removed, nonce=response.nonce)
        return discovery_pb2.DeltaDiscoveryRequest(type_url=SECRET_TYPE, response_nonce=response.nonce)

    first = discovery_pb2.DeltaDiscoveryRequest(node=NODE, type_url=SECRET_TYPE, resource_names_subscribe=[name])
    stream(channel, "DeltaSecrets", discovery_pb2.DeltaDiscoveryRequest, discovery_pb2.DeltaDiscoveryResponse, first, answer, count)


def fetch(channel, request, method="FetchSecrets"):
    call = channel.unary_unary(
        SERVICE + method,
        request_serializer=discovery_pb2.DiscoveryRequest.SerializeToString,
        response_deserializer=discovery_pb2.DiscoveryResponse.FromString,
    )
    try:
        response = call(request)
    except grpc.RpcError as error:
        emit_status(error)
        return
    for resource in response.resources:
        emit_secret(resource, response.version_info, response.nonce)
    emit(event="status", code=0, details="")


def main():
    request = discovery_pb2.DiscoveryRequest
    commands = {
        "fetch": lambda channel: fetch(channel, request(node=NODE, type_url=SECRET_TYPE, resource_names=REST)),
        "watch": lambda channel: watch(channel, REST[1:], int(REST[0])),
        "refuse": lambda channel: watch(channel, [REST[1]], 2, REST[0]),
        "delta": lambda channel: watch_delta(channel, REST[1], int(REST[0])),
        "wrong-type": lambda channel: fetch(
            channel, request(node=NODE, type_url="type.googleapis.com/envoy.config.cluster.v3.Cluster", resource_names=["a"])
        ),
        "unknown-method": lambda channel: fetch(channel, request(), "Nothing"),
        "oversized": lambda channel: fetch(channel, request(node=NODE, resource_names=["x" * 5_000_000])),
    }
    with grpc.insecure_channel(ADDRESS) as channel:
        commands[COMMAND](channel)


main()
