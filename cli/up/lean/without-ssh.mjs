/**
 * Loaded into madre before anything else: loads dockerode without what it needs for an Engine over SSH and for builds with
 * BuildKit. VX11 does neither, and both together take 5 MB.
 */
import { Module, createRequire } from 'node:module';

const requirer = createRequire(createRequire(import.meta.url).resolve('dockerode'));
const { cache, resolve } = requirer;
const modem = createRequire(resolve('docker-modem'));
const left = [
  modem.resolve('ssh2'),
  ...['@grpc/grpc-js', '@grpc/proto-loader'].map((name) => resolve(name)),
];

for (const file of left) cache[file] = Object.assign(new Module(file), { loaded: true });
requirer('./docker.js');
// others may need them: Temporal's client does
for (const file of left) delete cache[file];
