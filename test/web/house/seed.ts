import type { EventType, NewEvent } from '../../../contracts/event.ts';
import type { Catalog, ContainerState, ServiceObservation } from '../../../contracts/service.ts';
import type { Receipt, WindowView } from '../../../contracts/window.ts';
import type { Store } from '../../../store/index.ts';
import { aService, iso, minute } from '../../domain/samples.ts';
import { beat, catalog, observation, view } from '../../gateway/fixture.ts';

const gigabyte = 1e9;

/** The services of the stack. */
export const names = [
  'web',
  'db',
  'hermes',
  'spawner',
  'gpu',
  'render',
  'switch',
  'hormiguero',
  'manifestator',
  'shubniggurath',
  'mcp',
  'grafana',
  'loki',
  'minio',
  'mailhog',
  'jupyter',
  'whisper',
  'immich',
  'paperless',
  'jellyfin',
  'llama',
  'nextcloud',
  'gitea',
  'redis-tools',
];
const withLimits: Record<string, [memory: number, cpus: number]> = {
  web: [1.2, 1],
  db: [0.8, 0.5],
  hermes: [2, 1],
  gpu: [3.1, 2],
  render: [2, 2],
  spawner: [0.5, 0.5],
};

/** The catalog and a live madre, and what runs of it. */
export async function seedServices(
  store: Store,
  more = 0,
  change: Partial<Catalog> = {},
): Promise<void> {
  const extra = Array.from({ length: more }, (_, nth) => `service-${String(nth).padStart(3, '0')}`);
  const services = [...names, ...extra].map((name) => {
    const [memory, cpus] = withLimits[name] ?? [null, null];
    return aService(name, {
      memory_bytes: memory === null ? null : memory * gigabyte,
      cpus,
      stray: 'report',
      needs: name === 'web' ? ['db'] : [],
    });
  });
  await store.services.saveCatalog(
    {
      ...catalog([
        ...services,
        aService('postgres', { tier: 'infrastructure' }),
        aService('redis', { tier: 'core' }),
      ]),
      budget: { memory_bytes: 12 * gigabyte, cpus: 6 },
      confirm: { quorum: 1, no_self_approval: false, expires_ms: 10 * minute },
      ...change,
    },
    [],
  );
  await beat(store);
}

/** Stores an open window with the leases of its members, and their containers as running. */
export async function open(
  store: Store,
  change: Partial<WindowView> & { services: string[] },
  states: Record<string, ContainerState> = {},
): Promise<WindowView> {
  const members = change.members ?? change.services;
  const single = change.services.length === 1;
  const window = view({
    kind: single ? 'target' : 'operator',
    target: single ? change.services[0]! : null,
    members,
    services_started: members,
    owner: 'ana',
    ...change,
  });
  const now = Date.now();
  await store.windows.save(window, storyOf(window));
  const deadline = window.expires_at === null ? null : Date.parse(window.expires_at);
  const leases = members.map((service) => ({
    window_id: window.window_id,
    host: 'box',
    service,
    deadline,
    is_open: true,
  }));
  await store.leases.reserve(window.window_id, leases, now);
  await store.services.observe(
    members.map((name) => seen(name, { state: states[name] ?? 'running' })),
    [],
    now,
  );
  return window;
}

export const seen = (name: string, change: Partial<ServiceObservation> = {}): ServiceObservation =>
  observation(name, { memory_bytes: 0.6 * (withLimits[name]?.[0] ?? 0.3) * gigabyte, ...change });

export const receiptOf = (
  window: WindowView,
  overrun: number,
  change: Partial<Receipt> = {},
): Receipt => {
  const deadline = window.expires_at ?? iso(Date.now());
  const stopped = iso(Date.parse(deadline) + overrun);
  return {
    window_id: window.window_id,
    closed_by: 'deadline',
    reason: null,
    deadline,
    closed_at: stopped,
    overrun_ms: overrun,
    residue: [],
    services: window.members.map((service) => ({
      service,
      container: `demo-${service}-1`,
      state: 'exited',
      outcome: 'stopped',
      exit_code: 0,
      forced: false,
      stopped_by: 'window',
      stopped_at: stopped,
      stop_ms: 420,
      overrun_ms: overrun,
      kept_for: [],
    })),
    ...change,
  };
};

/** Stores a window that has ended, with its receipt. */
export async function closed(
  store: Store,
  change: Partial<WindowView> & { services: string[] },
  { ago, lasted = 20 * minute, overrun = 40 }: { ago: number; lasted?: number; overrun?: number },
  receipt: Partial<Receipt> = {},
): Promise<WindowView> {
  const end = Date.now() - ago;
  const members = change.members ?? change.services;
  const window = view({
    members,
    services_started: members,
    target: change.services[0]!,
    owner: 'ana',
    state: 'open',
    requested_at: iso(end - lasted - 3000),
    opened_at: iso(end - lasted),
    expires_at: iso(end),
    ttl_ms: lasted,
    ...change,
  });
  const proof = receiptOf(window, overrun, receipt);
  const over: WindowView = {
    ...window,
    state: 'closed',
    closed_at: proof.closed_at,
    receipt: proof,
  };
  await store.windows.save(over, storyOf(over));
  return over;
}

/** The events of a window's life. */
export function storyOf(window: WindowView): NewEvent[] {
  const event = (type: EventType, at: string | null, actor: string, payload = {}): NewEvent[] =>
    at === null
      ? []
      : [
          {
            type,
            at: Date.parse(at),
            actor,
            host: window.host,
            window_id: window.window_id,
            payload: { services: window.services, ...payload },
          },
        ];
  return [
    ...event('window.requested', window.requested_at, window.owner),
    ...event('window.opening', window.requested_at, 'madre'),
    ...event('window.open', window.opened_at, 'madre'),
    ...event('window.closing', window.closed_at, 'madre'),
    ...event('window.closed', window.closed_at, 'madre', {
      overrun_ms: window.receipt?.overrun_ms ?? null,
    }),
  ];
}
