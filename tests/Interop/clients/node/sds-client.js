// An SDS client on grpc-js, an implementation of gRPC that shares no code with ours. It does what it is told: a line of
// JSON per command on its input, a line of JSON per event on its output. The Python client speaks the same lines.
// usage: node sds-client.js PROTO_DIR
//   {"op":"connect","channel":C,"address":A} and for mTLS "ca":FILE,"certificate":FILE,"key":FILE
//   {"op":"open","channel":C,"stream":S,"method":"StreamSecrets"|"DeltaSecrets"}
//   {"op":"send","stream":S,"request":{...}}     fields as the protos name them; "times":N sends it N times
//   {"op":"end","stream":S}, {"op":"cancel","stream":S}, {"op":"close","channel":C}
//   {"op":"call","channel":C,"stream":S,"method":M,"request":{...}}     a unary call
//   {"event":"response","stream":S,"nonce":N,"version":V,"type":T,"secrets":[...],"removed":[...]}
//   {"event":"status","stream":S,"code":N,"details":D}
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const protoDir = process.argv[2];
const types = grpc.loadPackageDefinition(loader.loadSync(
  ['sds.proto', 'tls.proto'].map((file) => path.join(protoDir, file)),
  { includeDirs: [protoDir], keepCase: true, arrays: true }));
const Service = types.envoy.service.secret.v3.SecretDiscoveryService;
const channels = new Map();
const streams = new Map();

// proto-loader does not unpack google.protobuf.Any into types that it has loaded; protobufjs underneath can.
const [secretMessage, validatorMessage] = (() => {
  const protobuf = require('protobufjs');
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => (target.startsWith('google/protobuf/') && protobuf.common.get(target) ? target : path.join(protoDir, path.basename(target)));
  const tls = root.loadSync('tls.proto', { keepCase: true });
  return ['Secret', 'SPIFFECertValidatorConfig'].map((name) => tls.lookupType(`envoy.extensions.transport_sockets.tls.v3.${name}`));
})();

function print(event) {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

function printStatus(stream, status) {
  print({ event: 'status', stream, code: status.code, details: status.details });
}

const text = (source) => (source && source.inline_bytes ? Buffer.from(source.inline_bytes).toString('utf8') : undefined);

// The bundles of a SPIFFE validator, by trust domain.
function domains(context) {
  const config = context && context.custom_validator_config && context.custom_validator_config.typed_config;
  return config ? Object.fromEntries(validatorMessage.decode(config.value).trust_domains.map((domain) => [domain.name, text(domain.trust_bundle)])) : undefined;
}

function describe(any, version) {
  const secret = secretMessage.decode(any.value);
  return {
    name: secret.name,
    version,
    chain: text(secret.tls_certificate && secret.tls_certificate.certificate_chain),
    key: text(secret.tls_certificate && secret.tls_certificate.private_key),
    trust: text(secret.validation_context && secret.validation_context.trusted_ca),
    domains: domains(secret.validation_context),
    value: text(secret.generic_secret && secret.generic_secret.secret),
  };
}

// In Delta each resource has its version and is wrapped; in the other variant the response has one for all.
function printResponse(stream, response) {
  const secrets = response.resources.map((one) => (one.resource ? describe(one.resource, one.version) : describe(one, response.version_info)));
  print({
    event: 'response', stream, nonce: response.nonce, version: response.version_info, type: response.type_url, secrets, removed: response.removed_resources || [],
  });
}

function connect({ channel, address, ca, certificate, key }) {
  const credentials = ca
    ? grpc.credentials.createSsl(fs.readFileSync(ca), key && fs.readFileSync(key), certificate && fs.readFileSync(certificate))
    : grpc.credentials.createInsecure();
  channels.set(channel, new Service(address, credentials, { 'grpc.use_local_subchannel_pool': 1 }));
}

function open({ channel, stream, method }) {
  const call = channels.get(channel)[method]();
  call.on('data', (response) => printResponse(stream, response));
  call.on('error', () => {});
  call.on('status', (status) => printStatus(stream, status));
  streams.set(stream, call);
}

function call({ channel, stream, method, request }) {
  const finish = (error, response) => {
    if (!error) {
      printResponse(stream, response);
    }

    printStatus(stream, error || { code: 0, details: '' });
  };
  const client = channels.get(channel);
  if (client[method]) {
    client[method](request, finish);
  } else {
    const bytes = (value) => value;
    client.makeUnaryRequest(`/envoy.service.secret.v3.SecretDiscoveryService/${method}`, bytes, bytes, Buffer.alloc(0), finish);
  }
}

const operations = {
  connect,
  open,
  call,
  // What is told to a stream after its end goes nowhere: the two may cross.
  send: ({ stream, request, times }) => {
    for (let i = 0; i < (times || 1); i += 1) {
      streams.get(stream).write(request);
    }
  },
  end: ({ stream }) => streams.get(stream).end(),
  cancel: ({ stream }) => streams.get(stream).cancel(),
  close: ({ channel }) => channels.get(channel).close(),
};

readline.createInterface({ input: process.stdin })
  .on('line', (line) => {
    const command = JSON.parse(line);
    operations[command.op](command);
  })
  .on('close', () => process.exit(0));
