// An SDS client on grpc-js, an implementation of gRPC that shares no code with ours.
// usage: node sds-client.js PROTO_DIR ADDRESS COMMAND [ARGUMENT...]
// One line of JSON per event: {"event":"secret",...}, {"event":"removed",...} or {"event":"status",...}.
'use strict';

const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [protoDir, address, command, ...rest] = process.argv.slice(2);
const types = grpc.loadPackageDefinition(loader.loadSync(
  ['sds.proto', 'tls.proto'].map((file) => path.join(protoDir, file)),
  { includeDirs: [protoDir], keepCase: true, arrays: true }));
const Service = types.envoy.service.secret.v3.SecretDiscoveryService;
const secretType = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';
const client = new Service(address, grpc.credentials.createInsecure());
const node = { id: 'grpc-js', cluster: 'interop' };

function print(event) {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

function printStatus(status) {
  print({ event: 'status', code: status.code, details: status.details });
}

function finish() {
  client.close();
}

// proto-loader does not unpack google.protobuf.Any into types that it has loaded; protobufjs underneath can.
const secretMessage = (() => {
  const protobuf = require('protobufjs');
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => (target.startsWith('google/protobuf/') && protobuf.common.get(target) ? target : path.join(protoDir, path.basename(target)));
  return root.loadSync('tls.proto', { keepCase: true }).lookupType('envoy.extensions.transport_sockets.tls.v3.Secret');
})();

function printSecret(any, version, nonce) {
  const secret = secretMessage.decode(any.value);
  const text = (source) => (source && source.inline_bytes ? Buffer.from(source.inline_bytes).toString('utf8') : undefined);
  print({
    event: 'secret',
    name: secret.name,
    version,
    nonce,
    chain: text(secret.tls_certificate && secret.tls_certificate.certificate_chain),
    key: text(secret.tls_certificate && secret.tls_certificate.private_key),
    trust: text(secret.validation_context && secret.validation_context.trusted_ca),
    value: text(secret.generic_secret && secret.generic_secret.secret),
  });
}

function watch(names, count, refusal) {
  const stream = client.StreamSecrets();
  let seen = 0;
  stream.on('error', (status) => { printStatus(status); finish(); });
  stream.on('end', finish);
  stream.on('data', (response) => {
    response.resources.forEach((any) => printSecret(any, response.version_info, response.nonce));
    seen += 1;
    const refused = refusal !== undefined && seen === 1;
    stream.write({
      type_url: secretType,
      resource_names: names,
      response_nonce: response.nonce,
      version_info: refused ? '' : response.version_info,
      error_detail: refused ? { code: 3, message: refusal } : undefined,
    });
    if (seen === count) {
      stream.end();
    }
  });
  stream.write({ node, type_url: secretType, resource_names: names });
}

function watchDelta(name, count) {
  const stream = client.DeltaSecrets();
  let seen = 0;
  stream.on('error', (status) => { printStatus(status); finish(); });
  stream.on('end', finish);
  stream.on('data', (response) => {
    response.resources.forEach((resource) => printSecret(resource.resource, resource.version, response.nonce));
    response.removed_resources.forEach((removed) => print({ event: 'removed', name: removed, nonce: response.nonce }));
    stream.write({ type_url: secretType, response_nonce: response.nonce });
    seen += 1;
    if (seen === count) {
      stream.end();
    }
  });
  stream.write({ node, type_url: secretType, resource_names_subscribe: [name] });
}

function fetch(request) {
  client.FetchSecrets(request, (error, response) => {
    if (error) {
      printStatus(error);
    } else {
      response.resources.forEach((any) => printSecret(any, response.version_info, response.nonce));
      printStatus({ code: 0, details: '' });
    }

    finish();
  });
}

function callUnknownMethod() {
  const bytes = (value) => value;
  client.makeUnaryRequest('/envoy.service.secret.v3.SecretDiscoveryService/Nothing', bytes, bytes, Buffer.alloc(0), (error) => {
    printStatus(error);
    finish();
  });
}

const commands = {
  fetch: () => fetch({ node, type_url: secretType, resource_names: rest }),
  watch: () => watch(rest.slice(1), Number(rest[0])),
  refuse: () => watch([rest[1]], 2, rest[0]),
  delta: () => watchDelta(rest[1], Number(rest[0])),
  'wrong-type': () => fetch({ node, type_url: 'type.googleapis.com/envoy.config.cluster.v3.Cluster', resource_names: ['a'] }),
  'unknown-method': callUnknownMethod,
  oversized: () => fetch({ node, resource_names: ['x'.repeat(5000000)] }),
};
commands[command]();
