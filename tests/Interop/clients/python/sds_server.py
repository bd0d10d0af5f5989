"""An SDS server on Debian's grpcio (gRPC's C core), for our source: it shares no code with ours and none with sds-server.js.

usage: /usr/bin/python3 sds_server.py GENERATED_DIR SOCKET
GENERATED_DIR holds what protoc --python_out made of the protos. It does what lines of JSON on its input tell it;
sds-server.js, which understands the same, lists them.
"""
import base64
import hashlib
import json
import queue
import sys
import threading
from concurrent import futures

sys.path.insert(0, sys.argv[1])
import grpc  # noqa: E402
import discovery_pb2  # noqa: E402

SERVICE = "envoy.service.secret.v3.SecretDiscoveryService"
TYPE = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"
MAX_STREAMS = 64
CODES = {code.value[0]: code for code in grpc.StatusCode}

lock = threading.Lock()
secrets = {}
refused = {}
streams = set()


class Stream:
    """The wanted names, each with the version last sent (None before the first), and what waits to be sent."""

    def __init__(self, context):
        self.sent, self.nonce, self.answered, self.out = {}, 0, 0, queue.SimpleQueue()
        with lock:
            streams.add(self)
        context.add_callback(self.leave)

    def leave(self):
        with lock:
            streams.discard(self)
        self.out.put(None)

    def listen(self, requests):
        try:
            for request in requests:
                with lock:
                    self.answered = int(request.response_nonce or self.answered)
                    self.take(request)
                    self.push()
        except grpc.RpcError:
            pass  # The client went away, which ends the stream by its callback.
        self.out.put(None)

    def push(self):
        code = next((refused[name] for name in self.sent if name in refused), None)
        if code is not None:
            self.out.put(CODES[code])
            return
        for name, sent in self.sent.items():
            version, content = secrets.get(name, ("", None))
            if version != sent and (content is not None or self.tells_absence):
                self.nonce += 1
                self.sent[name] = version
                self.out.put(self.response(name, version, content))


class ListStream(Stream):
    tells_absence = False

    def take(self, request):
        self.sent = {name: self.sent.get(name) for name in request.resource_names}

    def response(self, name, version, content):
        response = discovery_pb2.DiscoveryResponse(version_info=version, nonce=str(self.nonce), type_url=TYPE)
        response.resources.add(type_url=TYPE, value=content)
        return response


class DeltaStream(Stream):
    tells_absence = True

    def take(self, request):
        for name in request.resource_names_unsubscribe:
            self.sent.pop(name, None)
        for name in request.resource_names_subscribe:
            self.sent[name] = request.initial_resource_versions.get(name)

    def response(self, name, version, content):
        response = discovery_pb2.DeltaDiscoveryResponse(nonce=str(self.nonce), type_url=TYPE)
        if content is None:
            response.removed_resources.append(name)
        else:
            resource = response.resources.add(name=name, version=version)
            resource.resource.type_url, resource.resource.value = TYPE, content
        return response


def serve(kind):
    def handle(requests, context):
        stream = kind(context)
        threading.Thread(target=stream.listen, args=(requests,), daemon=True).start()
        while (response := stream.out.get()) is not None:
            if isinstance(response, grpc.StatusCode):
                context.abort(response, "workload is not authorized for the requested identities")
            yield response

    return handle


def do(command):
    operation, name = command["op"], command.get("name")
    if operation == "idle":
        return bool(streams) and all(stream.nonce == stream.answered for stream in streams)
    if operation == "put":
        content = base64.b64decode(command["secret"])
        secrets[name] = (hashlib.sha256(content).hexdigest(), content)
    elif operation == "delete":
        secrets.pop(name, None)
    elif command["code"] == 0:
        refused.pop(name, None)
    else:
        refused[name] = command["code"]
    for stream in streams:
        stream.push()
    return True


def main():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=MAX_STREAMS))
    methods = {
        "StreamSecrets": (ListStream, discovery_pb2.DiscoveryRequest, discovery_pb2.DiscoveryResponse),
        "DeltaSecrets": (DeltaStream, discovery_pb2.DeltaDiscoveryRequest, discovery_pb2.DeltaDiscoveryResponse),
    }
    handlers = {
        name: grpc.stream_stream_rpc_method_handler(serve(kind), request.FromString, response.SerializeToString)
        for name, (kind, request, response) in methods.items()
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    server.add_insecure_port(f"unix:{sys.argv[2]}")
    server.start()
    print("ready", flush=True)
    for line in sys.stdin:
        with lock:
            done = do(json.loads(line))
        print("done" if done else "busy", flush=True)
    server.stop(None)


main()
