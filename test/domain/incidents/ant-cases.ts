import type { AntFacts, ServiceFact } from '../../../domain/incidents/facts.ts';

/** When they look. Epoch ms. */
export const now = Date.parse('2026-11-29T12:00:00.000Z');
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const gb = 1_000_000_000;

const service = (change: Partial<ServiceFact> = {}): ServiceFact => ({
  name: 'web',
  tier: 'window',
  held: true,
  moving: false,
  state: 'running',
  parents: [],
  patience_ms: 60_000,
  memory_bytes: 100,
  memory_limit_bytes: 1000,
  note: null,
  ...change,
});
const moments = (count: number) =>
  Array.from({ length: count }, () => ({ service: 'web', at: now }));
const calm: AntFacts['pressure'] = {
  cpu_some_avg60: 1,
  memory_full_avg10: 0,
  io_full_avg60: 0,
  load_per_core: 0.2,
  memory_available: 0.6,
};
const disk = (change: object = {}): AntFacts['disks'] => [
  { path: '/', free: 0.5, free_bytes: 50 * gb, free_inodes: 0.9, history: [], ...change },
];
/** Free bytes every ten minutes of three hours. */
const filling = (bytesAnHour: number): (readonly [number, number])[] =>
  Array.from({ length: 18 }, (_, nth) => {
    const before = ((18 - nth) * hourMs) / 6;
    return [now - before, 10 * gb + (bytesAnHour * before) / hourMs];
  });
const backup = (files: (readonly [number, number])[]): AntFacts['backups'] => [
  { path: 'dumps', max_age_ms: dayMs, files },
];
const nothing = { late_windows: [], lost_leases: [], late_tasks: [] };

const imageFact = (change: Partial<AntFacts['images'][0]>): AntFacts['images'][0] => ({
  reference: 'web:1',
  id: 'abc',
  services: ['web'],
  behind: false,
  vulnerable: [],
  ...change,
});

type Case = {
  [Fact in keyof AntFacts]: [ant: string, fact: Fact, facts: AntFacts[Fact], seen: string[]];
}[keyof AntFacts];

/** Served for so many days more, and the same of its file. */
const certificate = (days: number | null, fileDays: number | null = null) => {
  const [expires_at, file_expires_at] = [days, fileDays].map((one) =>
    one === null ? null : now + one * dayMs,
  );
  return [{ address: 'a:1', expires_at: expires_at!, file_expires_at: file_expires_at! }];
};

/** What each ant sees, as `kind subject state severity`; sightings that are good are left out. */
export const cases: Case[] = [
  ['engine', 'engine', { answers: true }, []],
  ['engine', 'engine', { answers: false }, ['engine_down bad critical']],
  ['health', 'services', [service()], []],
  ['health', 'services', [service({ state: 'unhealthy' })], ['unhealthy web bad high']],
  ['health', 'services', [service({ state: 'unhealthy', held: false })], []],
  [
    'health',
    'services',
    [service({ tier: 'core', state: 'unhealthy' })],
    ['unhealthy web bad critical'],
  ],
  // a stopped container keeps its last health
  [
    'health',
    'services',
    [service({ state: 'exited' })],
    ['unhealthy web unknown high', 'service_down web bad high'],
  ],
  ['health', 'services', [service({ state: 'done' })], ['unhealthy web unknown high']],
  [
    'health',
    'services',
    [service({ state: 'restarting' })],
    ['unhealthy web unknown high', 'service_down web unknown high'],
  ],
  [
    'restart_loop',
    'exits',
    { at: moments(3), services: [service()] },
    ['restart_loop web bad high'],
  ],
  [
    'restart_loop',
    'exits',
    { at: moments(2), services: [service()] },
    ['restart_loop web between high'],
  ],
  ['restart_loop', 'exits', { at: moments(9), services: [service({ held: false })] }, []],
  ['oom', 'ooms', { at: moments(1), since: 0, services: [service()] }, ['oom web bad high']],
  ['oom', 'ooms', { at: [], since: 0, services: [service()] }, []],
  ['oom', 'ooms', { at: [], since: now - 60_000, services: [service()] }, ['oom web unknown high']],
  ['cpu', 'pressure', calm, []],
  ['cpu', 'pressure', { ...calm, cpu_some_avg60: 41 }, ['cpu pressure bad warn']],
  ['cpu', 'pressure', { ...calm, cpu_some_avg60: 30 }, ['cpu pressure between warn']],
  [
    'cpu',
    'pressure',
    { ...calm, cpu_some_avg60: 81, load_per_core: 1.6 },
    ['cpu pressure bad high', 'cpu load bad warn'],
  ],
  ['cpu', 'pressure', { ...calm, cpu_some_avg60: null, load_per_core: 1.6 }, ['cpu load bad warn']],
  ['memory', 'pressure', calm, []],
  ['memory', 'pressure', { ...calm, memory_available: 0.09 }, ['memory available bad high']],
  [
    'memory',
    'pressure',
    { ...calm, memory_available: 0.12, memory_full_avg10: 11 },
    ['memory available between high', 'memory pressure bad high'],
  ],
  ['service_memory', 'services', [service({ memory_bytes: 901 })], ['service_memory web bad high']],
  [
    'service_memory',
    'services',
    [service({ memory_bytes: null })],
    ['service_memory web unknown high'],
  ],
  ['service_memory', 'services', [service({ memory_limit_bytes: null })], []],
  ['io', 'pressure', { ...calm, io_full_avg60: 21 }, ['io bad warn']],
  ['io', 'pressure', { ...calm, io_full_avg60: null }, []],
  ['disk', 'disks', disk(), []],
  ['disk', 'disks', disk({ free: 0.09 }), ['disk / bad high']],
  ['disk', 'disks', disk({ free: 0.04 }), ['disk / bad critical']],
  ['disk', 'disks', disk({ free: 0.12 }), ['disk / between high']],
  ['disk', 'disks', disk({ free_inodes: 0.04 }), ['inodes / bad critical']],
  ['disk', 'disks', disk({ free_inodes: null }), []],
  ['disk', 'disks', disk({ free_bytes: 10 * gb, history: filling(gb) }), ['disk_fills / bad warn']],
  ['disk', 'disks', disk({ free_bytes: 10 * gb, history: filling(0.1 * gb) }), []],
  ['disk', 'disks', disk({ free_bytes: 10 * gb, history: filling(-gb) }), []],
  ['time', 'clocks', { engine_ms: 400, jump_ms: 3 }, []],
  ['time', 'clocks', { engine_ms: -2001, jump_ms: 0 }, ['clock engine bad warn']],
  [
    'time',
    'clocks',
    { engine_ms: 1000, jump_ms: 31_000 },
    ['clock engine between warn', 'clock jump bad high'],
  ],
  ['windows', 'work', nothing, []],
  [
    'windows',
    'work',
    { ...nothing, late_windows: [{ window_id: 'w', late_ms: 9000 }] },
    ['late_window w bad high'],
  ],
  [
    'windows',
    'work',
    { ...nothing, lost_leases: [{ window_id: 'w', service: 's' }] },
    ['lost_lease w/s bad high'],
  ],
  [
    'windows',
    'work',
    { ...nothing, late_tasks: [{ spawn_id: 't', late_ms: 9000 }] },
    ['late_task t bad high'],
  ],
  ['ports', 'ports', { exposed: [], taken: [] }, []],
  [
    'ports',
    'ports',
    {
      exposed: [{ service: 'web', port: 80, address: '0.0.0.0', declared: '127.0.0.1' }],
      taken: [],
    },
    ['port_exposed web 80 bad high'],
  ],
  [
    'ports',
    'ports',
    { exposed: [], taken: [{ service: 'web', port: 80 }] },
    ['port_taken 80 bad high'],
  ],
  ['zombies', 'zombies', [{ service: 'web', count: 11 }], ['zombies web bad warn']],
  ['zombies', 'zombies', [{ service: 'web', count: 3 }], ['zombies web between warn']],
  [
    'logs',
    'logs',
    [{ rule: 'r', service: 'web', matches: 2, within_ms: 600_000, least: 2, severity: 'high' }],
    ['log_pattern web r bad high'],
  ],
  [
    'logs',
    'logs',
    [{ rule: 'r', service: 'web', matches: 1, within_ms: 600_000, least: 2, severity: 'warn' }],
    ['log_pattern web r between warn'],
  ],
  ['backup', 'backups', backup([[now - hourMs, 100]]), []],
  ['backup', 'backups', backup([]), ['backup dumps bad high']],
  ['backup', 'backups', backup([[now - 2 * dayMs, 100]]), ['backup dumps bad high']],
  [
    'backup',
    'backups',
    backup([
      [now, 49],
      [now - 1, 100],
      [now - 2, 90],
      [now - 3, 110],
    ]),
    ['backup dumps bad high'],
  ],
  ['db', 'store', { fault: null, broken_logs: [] }, []],
  [
    'db',
    'store',
    { fault: 'damaged', broken_logs: [{ log: 'events', detail: 'x' }] },
    ['store database bad critical', 'store log events bad critical'],
  ],
  ['dangling', 'leftovers', [{ what: 'images', count: 2, bytes: gb, since: now - dayMs }], []],
  [
    'dangling',
    'leftovers',
    [{ what: 'volumes', count: 1, bytes: 1, since: now - 31 * dayMs }],
    ['dangling volumes bad info'],
  ],
  [
    'dangling',
    'leftovers',
    [{ what: 'images', count: 9, bytes: 6 * gb, since: now }],
    ['dangling images bad info'],
  ],
  ['drift', 'drift', [], []],
  [
    'drift',
    'drift',
    [
      {
        kind: 'limits_changed',
        service: 'web',
        path: 'services.web.mem_limit',
        severity: 'warn',
        description: 'web: mem_limit is not as the file says.',
        patchable: true,
      },
    ],
    ['drift web limits_changed services.web.mem_limit bad warn'],
  ],
  ['fs', 'files', [], []],
  [
    'fs',
    'files',
    Array.from({ length: 200 }, (_, nth) => ({
      path: `a/long/path/${nth}`,
      what: nth === 0 ? ('missing' as const) : ('extra' as const),
    })),
    ['files missing bad warn', 'files extra bad warn'],
  ],
  ['image', 'images', [imageFact({})], []],
  [
    'image',
    'images',
    [imageFact({ behind: true, vulnerable: [{ id: 'CVE-1', package: 'a', severity: 'high' }] })],
    ['image_update web:1 bad info', 'image_vulnerable web:1 abc bad high'],
  ],
  // a registry that does not answer says nothing
  ['image', 'images', [imageFact({ behind: null })], ['image_update web:1 unknown info']],
  ['cert_files', 'certificate_files', [{ file: 'a.pem', expires_at: now + 30 * dayMs }], []],
  [
    'cert_files',
    'certificate_files',
    [{ file: 'a.pem', expires_at: now + 2 * dayMs }],
    ['certificate a.pem bad high'],
  ],
  ['certs', 'certificates', certificate(30), []],
  ['certs', 'certificates', certificate(19), ['certificate a:1 bad warn']],
  ['certs', 'certificates', certificate(2), ['certificate a:1 bad high']],
  // that its file ends as soon is found by the file
  ['certs', 'certificates', certificate(2, 2), ['certificate a:1 between high']],
  [
    'certs',
    'certificates',
    certificate(-1, 90),
    ['certificate a:1 bad critical', 'certificate_not_loaded a:1 bad warn'],
  ],
  [
    'certs',
    'certificates',
    certificate(null),
    ['certificate a:1 unknown warn', 'certificate_not_loaded a:1 unknown warn'],
  ],
];
