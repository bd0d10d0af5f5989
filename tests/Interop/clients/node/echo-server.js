// A gRPC server on grpc-js, for our client half: bytes in, bytes out.
// usage: node echo-server.js SOCKET
// Prints the port that it took on loopback TCP, and ends with its standard input.
'use strict';

const grpc = require('@grpc/grpc-js');

const failure = { code: grpc.status.FAILED_PRECONDITION, details: 'Grüße, 100 % 🦀' };

function echo(call) {
  call.on('data', (message) => call.write(message));
  call.on('end', () => call.end());
}

const methods = {
  Echo: echo,
  EchoPacked: echo,
  End: (call) => call.end(),
  Fail: (call) => call.emit('error', failure),
  FailLate: (call) => call.once('data', (message) => call.write(message, () => call.emit('error', failure))),
  Wait: (call) => call.on('data', () => {}),
};

const bytes = (value) => value;
const definition = Object.fromEntries(Object.keys(methods).map((name) => [name, {
  path: `/test.Service/${name}`,
  requestStream: true,
  responseStream: true,
  requestSerialize: bytes,
  requestDeserialize: bytes,
  responseSerialize: bytes,
  responseDeserialize: bytes,
}]));

const server = new grpc.Server({ 'grpc.default_compression_algorithm': 2 });
server.addService(definition, methods);
const insecure = grpc.ServerCredentials.createInsecure();
server.bindAsync(`unix:${process.argv[2]}`, insecure, (socketError) => {
  if (socketError) {
    throw socketError;
  }

  server.bindAsync('127.0.0.1:0', insecure, (error, port) => {
    if (error) {
      throw error;
    }

    process.stdout.write(`${port}\n`);
  });
});
process.stdin.on('end', () => process.exit(0));
process.stdin.resume();
