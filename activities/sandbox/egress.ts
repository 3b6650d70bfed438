import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { mayReach, parseEgressRule, type EgressRule } from '../../domain/tasks/egress.ts';
import { frame, type Frame } from './frames.ts';
import { isPublicAddress } from '../../platform/network/public-address.ts';

/** The destinations that the operator allows for sandboxes. */
export interface EgressPolicy {
  /** An empty list, the default, allows nothing. */
  allowed: EgressRule[];
  /** Whether names may resolve to addresses outside the public internet. */
  privateAddresses: boolean;
}

/** The proxy of one sandbox. It handles frames of the harness's relay and answers through `send`. */
export interface EgressProxy {
  /** Handles a frame of the relay. @returns false if it is not one */
  take(frame: Frame): boolean;
  close(): void;
}

const mostHead = 8192;
const mostConnections = 64;
const connectMs = 10_000;
/** Bytes that one side may send before the other acknowledges them; the same in the harness. */
const mostAhead = 262_144;
const pieceBytes = 16_384;

interface Tunnel {
  number: Buffer;
  /** Bytes that arrived before the socket was open. */
  early: Buffer;
  /** Whether its request has been read. */
  requested: boolean;
  socket: Socket | null;
  /** Bytes sent to the task and not yet acknowledged. */
  ahead: number;
}

export function createEgressProxy(
  policy: EgressPolicy,
  named: readonly string[],
  send: (bytes: Buffer) => void,
  log: Logger,
): EgressProxy {
  const rules = named.flatMap((text) => parseEgressRule(text) ?? []);
  const tunnels = new Map<number, Tunnel>();
  const reply = (kind: string, tunnel: Tunnel, bytes: Uint8Array = Buffer.alloc(0)): void =>
    send(Buffer.concat(frame(kind, Buffer.concat([tunnel.number, bytes]))));
  const end = (tunnel: Tunnel): void => {
    if (!tunnels.delete(tunnel.number.readUInt32BE())) return;
    tunnel.socket?.destroy();
    reply('v', tunnel);
  };
  const toTask = (tunnel: Tunnel, bytes: Buffer): void => {
    for (let at = 0; at < bytes.length; at += pieceBytes)
      reply('w', tunnel, bytes.subarray(at, at + pieceBytes));
    tunnel.ahead += bytes.length;
    if (tunnel.ahead >= mostAhead) tunnel.socket?.pause();
  };
  const taken = (tunnel: Tunnel, bytes: number): void => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(bytes);
    reply('Y', tunnel, count);
  };
  const refuse = (tunnel: Tunnel, target: string, because: string): void => {
    log.warn({ target, because }, 'refused a connection of a sandbox');
    toTask(
      tunnel,
      Buffer.from(
        `HTTP/1.1 403 Forbidden\r\nContent-Length: ${because.length + 1}\r\nConnection: close\r\n\r\n${because}\n`,
      ),
    );
    end(tunnel);
  };

  const open = async (tunnel: Tunnel, head: string): Promise<void> => {
    const target = /^CONNECT (\S{1,300}) HTTP\/1\.[01]\r\n/.exec(head)?.[1];
    if (target === undefined)
      return refuse(tunnel, head.slice(0, 100), 'only CONNECT is served here');
    const wanted = parseEgressRule(target);
    if (wanted === null || wanted.host.startsWith('*'))
      return refuse(tunnel, target, 'it is no host name');
    const decision = mayReach(wanted, rules, policy.allowed);
    if (!decision.allow) return refuse(tunnel, target, decision.because);
    const addresses = await lookup(wanted.host, { all: true }).catch(() => []);
    const [first] = addresses;
    if (first === undefined) return refuse(tunnel, target, 'its name is not known');
    // every address must be public: a name that mixes public and private ones is suspect
    if (!policy.privateAddresses && !addresses.every(({ address }) => isPublicAddress(address)))
      return refuse(tunnel, target, 'it is not on the public internet');
    if (!tunnels.has(tunnel.number.readUInt32BE())) return;
    // connect to the checked address, so that a second DNS answer cannot redirect it
    const socket = connect({ host: first.address, port: wanted.port, timeout: connectMs });
    tunnel.socket = socket;
    socket.once('connect', () => {
      socket.setTimeout(0);
      log.info({ target, address: first.address }, 'a sandbox opened a connection');
      toTask(tunnel, Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n'));
    });
    socket.on('data', (bytes: Buffer) => toTask(tunnel, bytes));
    socket.once('timeout', () => socket.destroy());
    socket.once('error', () => undefined);
    socket.once('close', () => end(tunnel));
    if (tunnel.early.length > 0) up(tunnel, tunnel.early);
    tunnel.early = Buffer.alloc(0);
  };

  const up = (tunnel: Tunnel, bytes: Buffer): void => {
    if (tunnel.socket !== null) {
      tunnel.socket.write(bytes, () => taken(tunnel, bytes.length));
      return;
    }
    tunnel.early = Buffer.concat([tunnel.early, bytes]);
    if (tunnel.requested) return; // bounded: the harness sends no more than `mostAhead` unacknowledged
    const headEnd = tunnel.early.indexOf('\r\n\r\n') + 4;
    if (headEnd >= 4) {
      const head = tunnel.early.subarray(0, headEnd).toString('latin1');
      tunnel.early = tunnel.early.subarray(headEnd);
      tunnel.requested = true;
      taken(tunnel, headEnd);
      void open(tunnel, head);
    } else if (tunnel.early.length > mostHead) refuse(tunnel, '', 'its request is too long');
  };

  return {
    take({ kind, payload }) {
      const letter = String.fromCharCode(kind);
      if (!'cuhyb'.includes(letter)) return false;
      const number = payload.readUInt32BE();
      if (letter === 'c') {
        const id = Buffer.from(payload.subarray(0, 4));
        const tunnel = {
          number: id,
          early: Buffer.alloc(0),
          requested: false,
          socket: null,
          ahead: 0,
        };
        tunnels.set(number, tunnel);
        if (tunnels.size > mostConnections) end(tunnel);
        return true;
      }
      const tunnel = tunnels.get(number);
      if (tunnel === undefined) return true;
      if (letter === 'u') up(tunnel, Buffer.from(payload.subarray(4)));
      else if (letter === 'h') tunnel.socket?.end();
      else if (letter === 'b') end(tunnel);
      else {
        tunnel.ahead -= payload.readUInt32BE(4);
        if (tunnel.ahead < mostAhead) tunnel.socket?.resume();
      }
      return true;
    },
    close() {
      for (const tunnel of tunnels.values()) tunnel.socket?.destroy();
      tunnels.clear();
    },
  };
}
