// An SDS server on grpc-js, for our source. It does what it is told: a line of JSON per command on its input, the line
// "done" for each on its output, after a first "ready".
// ("busy" for "idle" while a stream owes an answer, or there is none)
// usage: node sds-server.js PROTO_DIR SOCKET [STREAMS]   at most so many streams on one connection
//   {"op":"put","name":N,"secret":BASE64}   the bytes of an envoy Secret
//   {"op":"delete","name":N}
//   {"op":"idle"}
//   {"op":"refuse","name":N,"code":C}       ends every stream that asks for the name, now and later; code 0 heals it
'use strict';

const path = require('node:path');
const readline = require('node:readline');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [protoDir, socket, streamsPerConnection] = process.argv.slice(2);
const types = grpc.loadPackageDefinition(loader.loadSync(
  path.join(protoDir, 'sds.proto'), { includeDirs: [protoDir], keepCase: true, arrays: true, objects: true }));
const Service = types.envoy.service.secret.v3.SecretDiscoveryService;
const secretType = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';

const secrets = new Map();
const refused = new Map();
const streams = new Set();
let version = 0;

// What every stream has: the names that are wanted, each with the version last sent; undefined before the first.
class Stream {
  constructor(call) {
    this.call = call;
    this.sent = new Map();
    this.nonce = 0;
    this.answered = 0;
    streams.add(this);
    const leave = () => streams.delete(this);
    call.on('data', (request) => { this.answered = Number(request.response_nonce) || this.answered; this.take(request); this.push(); });
    call.on('end', () => { leave(); call.end(); });
    call.on('cancelled', leave);
    call.on('error', leave);
  }

  push() {
    for (const name of this.sent.keys()) {
      if (refused.has(name)) {
        streams.delete(this);
        this.call.emit('error', { code: refused.get(name), details: 'workload is not authorized for the requested identities' });
        return;
      }
    }

    for (const [name, sent] of this.sent) {
      this.pushOne(name, sent, secrets.get(name));
    }
  }

  nextNonce() {
    this.nonce += 1;
    return String(this.nonce);
  }
}

class ListStream extends Stream {
  take(request) {
    const wanted = new Set(request.resource_names);
    for (const name of [...this.sent.keys()].filter((known) => !wanted.has(known))) {
      this.sent.delete(name);
    }

    for (const name of wanted) {
      if (!this.sent.has(name)) {
        this.sent.set(name, undefined);
      }
    }
  }

  pushOne(name, sent, secret) {
    if (secret && secret.version !== sent) {
      this.sent.set(name, secret.version);
      this.call.write({ version_info: secret.version, nonce: this.nextNonce(), type_url: secretType, resources: [{ type_url: secretType, value: secret.bytes }] });
    }
  }
}

class DeltaStream extends Stream {
  take(request) {
    for (const name of request.resource_names_unsubscribe) {
      this.sent.delete(name);
    }

    for (const name of request.resource_names_subscribe) {
      this.sent.set(name, request.initial_resource_versions[name]);
    }
  }

  pushOne(name, sent, secret) {
    const present = secret ? secret.version : '';
    if (present === sent) {
      return;
    }

    this.sent.set(name, present);
    this.call.write({
      nonce: this.nextNonce(),
      type_url: secretType,
      resources: secret ? [{ name, version: secret.version, resource: { type_url: secretType, value: secret.bytes } }] : [],
      removed_resources: secret ? [] : [name],
    });
  }
}

const commands = {
  put({ name, secret }) {
    const bytes = Buffer.from(secret, 'base64');
    const old = secrets.get(name);
    if (!old || !old.bytes.equals(bytes)) {
      version += 1;
      secrets.set(name, { bytes, version: String(version) });
    }
  },
  delete: ({ name }) => secrets.delete(name),
  idle: () => streams.size !== 0 && [...streams].every((stream) => stream.nonce === stream.answered),
  refuse: ({ name, code }) => (code === 0 ? refused.delete(name) : refused.set(name, code)),
};

const server = new grpc.Server(streamsPerConnection ? { 'grpc.max_concurrent_streams': Number(streamsPerConnection) } : {});
server.addService(Service.service, {
  StreamSecrets: (call) => new ListStream(call),
  DeltaSecrets: (call) => new DeltaStream(call),
});
server.bindAsync(`unix:${socket}`, grpc.ServerCredentials.createInsecure(), (error) => {
  if (error) {
    throw error;
  }

  process.stdout.write('ready\n');
});

const lines = readline.createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const command = JSON.parse(line);
  const answer = commands[command.op](command);
  streams.forEach((stream) => stream.push());
  process.stdout.write(command.op === 'idle' && !answer ? 'busy\n' : 'done\n');
});
lines.on('close', () => process.exit(0));
