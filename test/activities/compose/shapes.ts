/** A service in the form of a compose file. */
type Service = Record<string, unknown>;

const image = 'vx11-tiny:local';

/** One setting each, so that a difference identifies the setting. */
const settings: Service[] = [
  {},
  { command: 'echo "a < b && c > d"' },
  { command: ['sh', '-c', 'echo $$HOME $$$$ "x"'] },
  { command: [] },
  { entrypoint: ['sh', '-c'], command: ['true'] },
  { entrypoint: '' },
  { environment: { B: '2', A: '1', '10': 'ten', '9': 'nine', EMPTY: '', NUMBER: 1.5, YES: true } },
  { environment: ['FROM_SHELL', 'HAS_DOLLAR=a$$b', 'UNICODE=é\u2028<&>'] },
  { env_file: ['one.env', { path: 'absent.env', required: false }] },
  { env_file: 'two.env', environment: { ONE: 'mine' } },
  { labels: { 'a.b': 'x', '2': 'two', '10': 'ten' } },
  { labels: ['plain', 'with=<value>'] },
  { label_file: ['one.labels'] },
  { ports: ['127.0.0.1::8080', '9000/udp'] },
  { ports: [{ target: 80, mode: 'host', protocol: 'tcp', name: 'web' }], expose: ['81', '82-83'] },
  { volumes: ['data:/data', './here:/here:ro', '/anonymous'] },
  { volumes: [{ type: 'bind', source: './here', target: '/x', bind: { create_host_path: true } }] },
  { volumes: [{ type: 'tmpfs', target: '/t', tmpfs: { size: '10m', mode: 0o1777 } }] },
  { tmpfs: ['/run:size=1m', '/tmp'] },
  { networks: ['front', 'back'] },
  { networks: { front: { aliases: ['x', 'y'], priority: 10 }, back: null } },
  { network_mode: 'none' },
  { network_mode: 'host' },
  { network_mode: 'service:base' },
  { pid: 'service:base' },
  { pid: 'host' },
  { ipc: 'service:shareable' },
  { volumes_from: ['base'] },
  { volumes_from: ['base:ro', 'shareable'] },
  { depends_on: ['base'] },
  { depends_on: { base: { condition: 'service_started', restart: true, required: false } } },
  { links: ['base:b'] },
  { healthcheck: { test: 'true', interval: '1m30s', timeout: '500ms', retries: 3 } },
  { healthcheck: { test: ['CMD', 'true'], start_period: '10s', retries: 1 } },
  { healthcheck: { disable: true } },
  { restart: 'unless-stopped' },
  { restart: 'on-failure:3', stop_grace_period: '1m', stop_signal: 'SIGINT' },
  { deploy: { replicas: 2 } },
  { deploy: { resources: { limits: { cpus: '0.5', memory: '64m', pids: 100 } } } },
  { deploy: { resources: { reservations: { cpus: '0.1', memory: '20mb' } } } },
  { deploy: { restart_policy: { condition: 'on-failure', delay: '5s', max_attempts: 3 } } },
  { deploy: { labels: { x: 'y' }, placement: { constraints: ['node.role == manager'] } } },
  { scale: 2 },
  { scale: 0 },
  { mem_limit: '64m', memswap_limit: '128m', mem_reservation: '32mb', shm_size: '16m' },
  { cpus: 0.25, cpu_shares: 512, cpuset: '0' },
  { cpu_period: 50_000, cpu_quota: 25_000 },
  { pids_limit: 50, oom_score_adj: 500 },
  { ulimits: { nofile: { soft: 1024, hard: 2048 }, nproc: 100 } },
  { cap_add: ['NET_ADMIN'], cap_drop: ['ALL'], privileged: false },
  { security_opt: ['no-new-privileges:true'], read_only: true },
  { sysctls: { 'net.core.somaxconn': 1024, 'net.ipv4.tcp_syncookies': 0 } },
  { extra_hosts: ['a:1.2.3.4', 'b:host-gateway'] },
  { dns: '1.1.1.1', dns_search: ['a.test'], dns_opt: ['ndots:1'] },
  { hostname: 'h', domainname: 'd.test' },
  { user: '1000:1000', working_dir: '/w', group_add: ['7', 8] },
  { tty: true, stdin_open: true, init: true },
  { logging: { driver: 'json-file', options: { 'max-size': '1m' } } },
  { devices: ['/dev/null:/dev/x:rw'] },
  { configs: ['text', { source: 'text', target: '/c', mode: 0o440, uid: '1' }] },
  { secrets: ['file_secret', { source: 'shell_secret', target: 's' }] },
  { annotations: { a: 'b' }, platform: 'linux/amd64' },
  { pull_policy: 'missing', profiles: ['debug'] },
  { build: { context: '.' } },
  { develop: { watch: [{ path: '.', action: 'sync', target: '/x' }] } },
  { 'x-vx11': { default_ttl: '5m' }, 'x-other': { a: 1 } },
  { attach: false, userns_mode: 'host', uts: 'host' },
  { storage_opt: {}, stop_grace_period: '1.5s' },
  { post_start: [{ command: ['true'], user: 'root' }], pre_stop: [{ command: 'true' }] },
  { external_links: [], device_cgroup_rules: ['c 1:3 mr'], cgroup_parent: '' },
];

const pairsOf = (all: Service[]): Service[] =>
  all.map((service, at) => ({ ...all[(at * 7 + 3) % all.length], ...service }));

/** Settings that need several services or cannot be combined with others. */
const alone = new Set([
  'network_mode',
  'networks',
  'scale',
  'deploy',
  'cpus',
  'cpu_period',
  'mem_limit',
]);
const goesTogether = (service: Service): boolean => {
  const keys = Object.keys(service).filter((key) => alone.has(key));
  const noNetwork = service['network_mode'] !== undefined;
  const taken = ['ports', 'links', 'hostname', 'dns', 'extra_hosts', 'expose', 'sysctls', 'uts'];
  return keys.length < 2 && !(noNetwork && taken.some((key) => key in service));
};
const hostUts = (service: Service): boolean => service['uts'] === 'host' && 'hostname' in service;

/** A stack of more than a hundred services, with every setting that a test's Engine supports. */
export function manyShapes(name: string): Record<string, unknown> {
  const pairs = pairsOf(settings).filter((one) => goesTogether(one) && !hostUts(one));
  const all = [...settings, ...pairs].map((service, at) => [`s${at}`, { image, ...service }]);
  return {
    name,
    services: {
      base: { image, volumes: ['data:/base'] },
      shareable: { image, ipc: 'shareable', scale: 2 },
      ...Object.fromEntries(all),
    },
    networks: {
      front: { driver_opts: { 'com.docker.network.bridge.name': '' }, labels: { a: '<b>' } },
      back: { internal: true, attachable: true },
    },
    volumes: { data: { labels: { x: 'y' } } },
    configs: { text: { content: 'a=$$1\n' } },
    secrets: { file_secret: { file: './one.env' }, shell_secret: { environment: 'FROM_SHELL' } },
  };
}

/** The other files of the stack, by name. */
export const besideShapes = {
  'one.env': 'ONE=1\nTWO="a b"\nREF=${FROM_SHELL}\n',
  'two.env': "ONE=other\nRAW='$x'\n",
  'one.labels': 'from.file=yes\n',
  '.env': 'FROM_DOTENV=1\n',
  'here/file': 'x',
};
