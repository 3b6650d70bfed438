import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';

/**
 * The fault of a call: `refuse` drops the connection; `hang` never answers; `error` answers 500; `cut` sends half of the
 * response; `lose` and `withhold` let the Engine carry the call out without a response, with or without an end of the
 * connection.
 */
export type FaultKind = 'refuse' | 'hang' | 'error' | 'cut' | 'lose' | 'withhold';

export interface Fault {
  kind: FaultKind;
  /** Matched against `METHOD /path`; all calls by default. */
  match?: RegExp;
  /** How many calls it hits; all by default. */
  times?: number;
}

/** A call that reached the Engine, and the status of its response. */
export interface ProxiedCall {
  call: string;
  status: number;
}

/** A proxy in front of an Engine's socket that injects faults. */
export interface EngineProxy {
  socket: string;
  /** Sets the fault for further calls; null clears it. Calls that already hang keep hanging. */
  inject(fault: Fault | null): void;
  /** How many calls the fault has hit. */
  hits(): number;
  /** The matching calls that the Engine has answered, oldest first. */
  done(match: RegExp): ProxiedCall[];
  close(): Promise<void>;
}

export async function startEngineProxy(socket: string, upstream: string): Promise<EngineProxy> {
  const sockets = new Set<Socket>();
  const calls: ProxiedCall[] = [];
  let fault: Fault | null = null;
  let hit = 0;

  const faultFor = (call: string): FaultKind | null => {
    if (fault === null || fault.match?.test(call) === false) return null;
    if (fault.times !== undefined && hit >= fault.times) return null;
    hit += 1;
    return fault.kind;
  };
  const forward = (
    from: IncomingMessage,
    to: ServerResponse,
    call: string,
    kind: 'cut' | 'lose' | 'withhold' | null,
  ): void => {
    const { method, url, headers } = from;
    const passed = request({ socketPath: upstream, method, path: url, headers, agent: false });
    passed.on('response', (answer) => {
      calls.push({ call, status: answer.statusCode ?? 0 });
      if (kind === 'lose' || kind === 'withhold') {
        answer.resume();
        if (kind === 'lose') answer.on('end', () => to.destroy());
        return;
      }
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      if (kind === null) {
        to.flushHeaders();
        answer.pipe(to);
        return;
      }
      answer.once('data', (part: Buffer) => {
        to.write(part.subarray(0, Math.floor(part.length / 2)), () => to.destroy());
      });
      answer.once('end', () => to.destroy());
    });
    passed.on('error', () => to.destroy());
    to.on('close', () => passed.destroy());
    from.pipe(passed);
  };

  const server = createServer((from, to) => {
    // without the API version: /v1.41/containers/… becomes /containers/…
    const call = `${from.method} ${from.url?.replace(/^\/v[\d.]+/, '')}`;
    const kind = faultFor(call);
    if (kind === 'refuse') to.destroy();
    else if (kind === 'error') {
      to.writeHead(500, { 'content-type': 'application/json' });
      to.end(JSON.stringify({ message: 'injected by a test' }));
    } else if (kind !== 'hang') forward(from, to, call, kind);
  });
  server.on('connection', (one) => {
    if (fault?.kind === 'refuse' && fault.match === undefined && faultFor('') !== null) {
      one.destroy();
      return;
    }
    sockets.add(one);
    one.on('close', () => sockets.delete(one));
  });
  server.requestTimeout = 0;
  server.listen(socket);
  await once(server, 'listening');
  return {
    socket,
    inject(next) {
      fault = next;
      hit = 0;
    },
    hits: () => hit,
    done: (match) => calls.filter(({ call }) => match.test(call)),
    async close() {
      for (const one of sockets) one.destroy();
      server.close();
      await once(server, 'close');
      await rm(socket, { force: true });
    },
  };
}
