"""An SDS client on Debian's grpcio (gRPC's C core), an implementation that shares no code with ours.

usage: /usr/bin/python3 sds_client.py GENERATED_DIR
GENERATED_DIR holds what protoc --python_out made of the protos. Commands come in and events go out as lines of JSON;
sds-client.js, which speaks the same, lists them.
"""
import json
import queue
import sys
import threading

sys.path.insert(0, sys.argv[1])
import grpc  # noqa: E402
import discovery_pb2  # noqa: E402
import tls_pb2  # noqa: E402
from google.protobuf import json_format  # noqa: E402

SERVICE = "/envoy.service.secret.v3.SecretDiscoveryService/"
MESSAGES = {"DeltaSecrets": (discovery_pb2.DeltaDiscoveryRequest, discovery_pb2.DeltaDiscoveryResponse)}
STATE_OF_THE_WORLD = (discovery_pb2.DiscoveryRequest, discovery_pb2.DiscoveryResponse)
OPTIONS = [("grpc.use_local_subchannel_pool", 1)]

channels = {}
streams = {}
printing = threading.Lock()


def emit(**event):
    line = json.dumps(event) + "\n"
    with printing:
        sys.stdout.write(line)
        sys.stdout.flush()


def describe(any_value, version):
    secret = tls_pb2.Secret.FromString(any_value.value)
    text = lambda source: source.inline_bytes.decode("utf-8") if source.inline_bytes else None  # noqa: E731
    return {
        "name": secret.name,
        "version": version,
        "chain": text(secret.tls_certificate.certificate_chain),
        "key": text(secret.tls_certificate.private_key),
        "trust": text(secret.validation_context.trusted_ca),
        "value": text(secret.generic_secret.secret),
    }


def emit_response(stream, response):
    if isinstance(response, discovery_pb2.DeltaDiscoveryResponse):
        version, removed = response.system_version_info, list(response.removed_resources)
        secrets = [describe(one.resource, one.version) for one in response.resources]
    else:
        version, removed = response.version_info, []
        secrets = [describe(one, response.version_info) for one in response.resources]
    emit(event="response", stream=stream, nonce=response.nonce, version=version, type=response.type_url, secrets=secrets, removed=removed)


def read(file):
    with open(file, "rb") as content:
        return content.read()


def connect(command):
    if "ca" in command:
        key, certificate = (read(command[name]) if name in command else None for name in ("key", "certificate"))
        credentials = grpc.ssl_channel_credentials(read(command["ca"]), key, certificate)
        channels[command["channel"]] = grpc.secure_channel(command["address"], credentials, OPTIONS)
    else:
        channels[command["channel"]] = grpc.insecure_channel(command["address"], OPTIONS)


class Stream:
    """A stream whose requests come from a queue and whose responses a thread of its own prints."""

    def __init__(self, command):
        self.name, method = command["stream"], command["method"]
        self.request, response = MESSAGES.get(method, STATE_OF_THE_WORLD)
        self.requests = queue.Queue()
        self.call = channels[command["channel"]].stream_stream(
            SERVICE + method, request_serializer=self.request.SerializeToString, response_deserializer=response.FromString
        )(iter(self.requests.get, None))
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        try:
            for response in self.call:
                emit_response(self.name, response)
        except grpc.RpcError:
            pass
        finally:
            self.requests.put(None)
        emit(event="status", stream=self.name, code=self.call.code().value[0], details=self.call.details())

    def send(self, command):
        request = json_format.ParseDict(command["request"], self.request())
        for _ in range(command.get("times", 1)):
            self.requests.put(request)


def open_stream(command):
    streams[command["stream"]] = Stream(command)


def call(command):
    request_type, response_type = STATE_OF_THE_WORLD
    method = channels[command["channel"]].unary_unary(
        SERVICE + command["method"], request_serializer=request_type.SerializeToString, response_deserializer=response_type.FromString
    )

    def run():
        try:
            emit_response(command["stream"], method(json_format.ParseDict(command["request"], request_type())))
            emit(event="status", stream=command["stream"], code=0, details="")
        except grpc.RpcError as error:
            emit(event="status", stream=command["stream"], code=error.code().value[0], details=error.details())

    threading.Thread(target=run, daemon=True).start()


OPERATIONS = {
    "connect": connect,
    "open": open_stream,
    "call": call,
    "send": lambda command: streams[command["stream"]].send(command),
    "end": lambda command: streams[command["stream"]].requests.put(None),
    "cancel": lambda command: streams[command["stream"]].call.cancel(),
    "close": lambda command: channels[command["channel"]].close(),
}

for line in sys.stdin:
    instruction = json.loads(line)
    OPERATIONS[instruction["op"]](instruction)
