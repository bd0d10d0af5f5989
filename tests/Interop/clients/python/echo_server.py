"""A gRPC server on Debian's grpcio (gRPC's C core), for our client half: bytes in, bytes out.

usage: /usr/bin/python3 echo_server.py SOCKET
Prints the port that it took on loopback TCP, and ends with its standard input.
"""
import sys
from concurrent import futures

import grpc

FAILURE = "Gr\u00fc\u00dfe, 100 % \U0001F980"


def echo(requests, _):
    yield from requests


def echo_packed(requests, context):
    context.set_compression(grpc.Compression.Gzip)
    yield from requests


def end(requests, _):
    return iter(())


def fail(requests, context):
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, FAILURE)


def fail_late(requests, context):
    yield next(requests)
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, FAILURE)


def wait(requests, context):
    for _ in requests:
        pass
    return iter(())


METHODS = {"Echo": echo, "EchoPacked": echo_packed, "End": end, "Fail": fail, "FailLate": fail_late, "Wait": wait}


def main():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=32))
    handlers = {name: grpc.stream_stream_rpc_method_handler(method) for name, method in METHODS.items()}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Service", handlers),))
    server.add_insecure_port(f"unix:{sys.argv[1]}")
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(None)


main()
