import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { mayReach, parseEgressRule, type EgressRule } from '../../domain/tasks/egress.ts';
import { frame, type Frame } from './frames.ts';
import { isPublicAddress } from '../../platform/public-address.ts';

/** What the operator lets sandboxes reach. */
export interface EgressPolicy {
  /** Empty: nothing, which is the default. */
  allowed: EgressRule[];
  /** Also names that resolve to addresses outside of the public internet. */
  privateAddresses: boolean;
}

/** The proxy of one sandbox. It takes frames of the harness's relay and answers through `send`. */
export interface EgressProxy {
  /** Whether the frame was one of the relay's. */
  take(frame: Frame): boolean;
  close(): void;
}

const mostHead = 8192;
const mostConnections = 64;
const connectMs = 10_000;
/** As in the harness: how far one side may be ahead of what the other has taken. */
const mostAhead = 262_144;
const pieceBytes = 16_384;

interface Tunnel {
  number: Buffer;
  /** What came before there was a socket. */
  early: Buffer;
  /** Its request has been read. */
  asked: boolean;
  socket: Socket | null;
  /** Sent to the task and not yet taken by it. */
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
  const tell = (kind: string, tunnel: Tunnel, bytes: Uint8Array = Buffer.alloc(0)): void =>
    send(Buffer.concat(frame(kind, Buffer.concat([tunnel.number, bytes]))));
  const end = (tunnel: Tunnel): void => {
    if (!tunnels.delete(tunnel.number.readUInt32BE())) return;
    tunnel.socket?.destroy();
    tell('v', tunnel);
  };
  const toTask = (tunnel: Tunnel, bytes: Buffer): void => {
    for (let at = 0; at < bytes.length; at += pieceBytes)
      tell('w', tunnel, bytes.subarray(at, at + pieceBytes));
    tunnel.ahead += bytes.length;
    if (tunnel.ahead >= mostAhead) tunnel.socket?.pause();
  };
  const taken = (tunnel: Tunnel, bytes: number): void => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(bytes);
    tell('Y', tunnel, count);
  };
  const refuse = (tunnel: Tunnel, target: string, because: string): void => {
    log.warn({ target, because }, 'a sandbox was refused a way out');
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
    // each of them: a name that mixes public and private addresses is up to something
    if (!policy.privateAddresses && !addresses.every(({ address }) => isPublicAddress(address)))
      return refuse(tunnel, target, 'it is not on the public internet');
    if (!tunnels.has(tunnel.number.readUInt32BE())) return;
    // to the very address that was checked, so that no second answer of a name server counts
    const socket = connect({ host: first.address, port: wanted.port, timeout: connectMs });
    tunnel.socket = socket;
    socket.once('connect', () => {
      socket.setTimeout(0);
      log.info({ target, address: first.address }, 'a sandbox reaches out');
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
    if (tunnel.asked) return; // the harness sends no more than we have taken
    const headEnd = tunnel.early.indexOf('\r\n\r\n') + 4;
    if (headEnd >= 4) {
      const head = tunnel.early.subarray(0, headEnd).toString('latin1');
      tunnel.early = tunnel.early.subarray(headEnd);
      tunnel.asked = true;
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
          asked: false,
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
