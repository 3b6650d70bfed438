import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import type { CatalogService, ServiceObservation } from '../../../contracts/service.ts';
import type { WakeRule } from '../../../contracts/wake.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { requestedEvent } from '../../../domain/windows/window-events.ts';
import type { WakeSettings } from '../../../gateway/config.ts';
import type { GatewayDeps } from '../../../gateway/deps.ts';
import { connectTemporal, type TemporalPort } from '../../../gateway/temporal/port.ts';
import { createWakeListener } from '../../../gateway/wake/listener.ts';
import type { ExtendWindow, KeepWindow } from '../../../workflows/messages.ts';
import { aService, iso, minute } from '../../domain/samples.ts';
import { beat, catalog, observation, startGateway, view, type Gateway } from '../fixture.ts';

export const wakeRule = (change: Partial<WakeRule> = {}): WakeRule => ({
  container: 'demo-web-1',
  ttl_ms: 10 * minute,
  renew_ms: minute,
  max_ms: 60 * minute,
  groups: ['media'],
  blocking_ms: minute,
  ignore_agents: ['Uptime-Kuma'],
  ready_after_ms: 0,
  ...change,
});

interface RawReply {
  status: number;
  /** In lower case. */
  headers: Record<string, string>;
  body: string;
}

interface WakeGateway extends Gateway {
  port: number;
  /** What was sent to Temporal. */
  opened: KeepWindow[];
  extended: ExtendWindow[];
  /** Sends bytes and reads until the answer is complete. */
  exchange(bytes: string): Promise<RawReply>;
  get(path: string, headers?: Record<string, string>): Promise<RawReply>;
  /** Stores an open window on a service, with its lease and a container that runs. */
  awake(
    service: string,
    change?: Partial<WindowView>,
    seen?: Partial<ServiceObservation>,
  ): Promise<WindowView>;
}

interface WakeChange {
  services?: CatalogService[];
  settings?: Partial<WakeSettings>;
  temporal?: Partial<TemporalPort>;
  deps?: Partial<GatewayDeps>;
  /** Called when a window is to be opened. */
  onOpen?: (gateway: WakeGateway, input: KeepWindow) => Promise<void>;
}

/** A wake listener over a stack at rest: `web` and `db` may be woken, `secret` may not. */
export async function startWake(change: WakeChange = {}): Promise<WakeGateway> {
  const opened: KeepWindow[] = [];
  const extended: ExtendWindow[] = [];
  const temporal: TemporalPort = {
    ...connectTemporal('127.0.0.1:1', 'default'),
    async keepWindow(input) {
      opened.push(input);
      await change.onOpen?.(made, input);
      return new Promise(() => undefined);
    },
    async extendWindow(_id, message) {
      extended.push(message);
      return { view: view(), clamped: false };
    },
    ...change.temporal,
  };
  const gateway = await startGateway({ deps: { temporal, ...change.deps } });
  const settings = { bind: '127.0.0.1', port: 0, hosts: ['sablier'], secret: null };
  const listener = createWakeListener(gateway.context, {
    ...settings,
    perAddress: 1e8,
    ...change.settings,
  });
  const { port } = await listener.listen();
  onTestFinished(async () => {
    await listener.close();
    await gateway.close();
  });
  const { store } = gateway;
  const services = change.services ?? [
    aService('web', { wake: wakeRule() }),
    aService('db', { wake: wakeRule({ container: 'demo-db-1' }) }),
    aService('secret'),
  ];
  await store.services.saveCatalog(catalog(services), []);
  await beat(store);
  const exchange = (bytes: string): Promise<RawReply> => exchangeOn(port, bytes);
  const made: WakeGateway = {
    ...gateway,
    port,
    opened,
    extended,
    exchange,
    get: (path, headers = {}) =>
      exchange(
        [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Connection: close']
          .concat(Object.entries(headers).map(([name, value]) => `${name}: ${value}`))
          .join('\r\n') + '\r\n\r\n',
      ),
    async awake(target, windowChange, seen) {
      const open = view({ target, services: [target], members: [target], ...windowChange });
      const { window_id } = open;
      const before = await store.windows.live();
      const known = before.find((one) => one.target === target);
      const id = known?.window_id ?? window_id;
      const window = { ...open, window_id: id };
      if (known === undefined) await store.windows.request(window, [requestedEvent(window, 0)]);
      const lease = { window_id: id, host: 'box', service: target, is_open: true };
      const deadline = window.expires_at === null ? null : Date.parse(window.expires_at);
      await store.leases.reserve(id, [{ ...lease, deadline }], Date.now());
      await store.services.observe([observation(target, seen)], [], Date.now());
      await store.windows.save(window, []);
      return window;
    },
  };
  return made;
}

/** A window of ten minutes, of which `leftMs` are left. */
export const openWith = (leftMs: number, ageMs = minute): Partial<WindowView> => ({
  ttl_ms: 10 * minute,
  opened_at: iso(Date.now() - ageMs),
  expires_at: iso(Date.now() + leftMs),
});

/** Sends bytes; reads as much as Content-Length says. */
function exchangeOn(port: number, bytes: string): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    const finish = (): void => {
      const [head = '', ...rest] = text.split('\r\n\r\n');
      const body = rest.join('\r\n\r\n');
      const headers = Object.fromEntries(
        head
          .split('\r\n')
          .slice(1)
          .map((line) => [
            line.split(':')[0]!.toLowerCase(),
            line.slice(line.indexOf(':') + 1).trim(),
          ]),
      );
      const isHead = bytes.startsWith('HEAD');
      const missing =
        Number(headers['content-length'] ?? Infinity) - Buffer.byteLength(body, 'utf8');
      if (!text.includes('\r\n\r\n') || (!isHead && missing > 0 && !socket.closed)) return;
      socket.destroy();
      resolve({ status: Number(head.slice(9, 12)), headers, body });
    };
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
      finish();
    });
    socket.on('error', reject).on('close', finish);
  });
}
