import { describe, expect, test } from 'vitest';
import { capture, file } from '../captures.ts';
import { inFile, inService, judge, model } from './judge.ts';

describe('rights of a service', () => {
  const port = (published: string, host_ip?: string) => ({
    target: 80,
    published,
    ...(host_ip !== undefined && { host_ip }),
  });
  const bind = (source: string, more = {}) => ({
    volumes: [{ type: 'bind', source, target: '/data', ...more }],
  });
  test.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ['user to root', { user: '1000' }, { user: 'root' }, 'runs_as_root'],
    ['user to 0:0', { user: 'app' }, { user: '0:0' }, 'runs_as_root'],
    ['user to root, where the image has one', {}, { user: 'root' }, 'runs_as_root'],
    ['user removed', { user: 'app' }, {}, 'runs_as_root'],
    ['privileged', {}, { privileged: true }, 'rights_widened'],
    ['a capability', {}, { cap_add: ['SYS_ADMIN'] }, 'rights_widened'],
    ['cap_drop removed', { cap_drop: ['ALL'] }, {}, 'rights_widened'],
    ['a device', {}, { devices: [{ source: '/dev/kvm', target: '/dev/kvm' }] }, 'rights_widened'],
    ['seccomp off', {}, { security_opt: ['seccomp:unconfined'] }, 'rights_widened'],
    [
      'no-new-privileges removed',
      { security_opt: ['no-new-privileges:true'] },
      {},
      'rights_widened',
    ],
    ['pid of the host', {}, { pid: 'host' }, 'rights_widened'],
    ['the Engine’s API', {}, { use_api_socket: true }, 'rights_widened'],
    ['network of the host', {}, { network_mode: 'host' }, 'network_widened'],
    ['network of another', {}, { network_mode: 'service:db' }, 'network_widened'],
    [
      'a way out',
      { networks: { back: null } },
      { networks: { back: null, front: null } },
      'network_widened',
    ],
    ['a port', {}, { ports: [port('8080')] }, 'port_widened'],
    [
      'a port on every address',
      { ports: [port('8080', '127.0.0.1')] },
      { ports: [port('8080', '0.0.0.0')] },
      'port_widened',
    ],
    [
      'a port without address',
      { ports: [port('8080', '127.0.0.1')] },
      { ports: [port('8080')] },
      'port_widened',
    ],
    ['no port any more', { ports: [port('8080')] }, {}, 'port_removed'],
    ['the root of the host', {}, bind('/'), 'mount_widened'],
    ['the Engine’s socket', {}, bind('/var/run/docker.sock'), 'mount_widened'],
    ['the folder above', bind('/srv/shop/data'), bind('/srv/shop'), 'mount_widened'],
    ['.git', {}, bind('/srv/shop/.git'), 'mount_widened'],
    [
      'writing',
      bind('/srv/shop/data', { read_only: true }),
      bind('/srv/shop/data'),
      'mount_widened',
    ],
    ['a root that can be written', { read_only: true }, {}, 'read_only_off'],
    ['no memory limit', { mem_limit: '67108864' }, {}, 'limit_removed'],
    ['a memory limit of 0', { mem_limit: '67108864' }, { mem_limit: '0' }, 'limit_removed'],
    [
      'no limit in deploy',
      { deploy: { resources: { limits: { memory: '67108864' } } } },
      { deploy: {} },
      'limit_removed',
    ],
    [
      'four times the memory',
      { mem_limit: '67108864' },
      { mem_limit: '268435456' },
      'limit_raised',
    ],
    ['no process limit', { pids_limit: 50 }, { pids_limit: -1 }, 'limit_removed'],
    ['no CPU limit', { cpus: 0.5 }, {}, 'limit_removed'],
    ['a restart policy', {}, { restart: 'always' }, 'failure_hidden'],
    [
      'a command that sleeps',
      { command: ['app'] },
      { command: ['sh', '-c', 'app || sleep infinity'] },
      'failure_hidden',
    ],
    [
      'a command that swallows',
      { command: ['app'] },
      { command: ['sh', '-c', 'app || true'] },
      'failure_hidden',
    ],
    [
      'a command that does nothing',
      { command: ['app'] },
      { command: ['tail', '-f', '/dev/null'] },
      'failure_hidden',
    ],
    [
      'an endless loop',
      { command: ['app'] },
      { command: 'while true; do app; done' },
      'failure_hidden',
    ],
    [
      'no dependency',
      { depends_on: { db: { condition: 'service_healthy' } } },
      {},
      'dependency_weakened',
    ],
    [
      'a weaker dependency',
      { depends_on: { db: { condition: 'service_healthy' } } },
      { depends_on: { db: { condition: 'service_started' } } },
      'dependency_weakened',
    ],
    ['another image', { image: 'shop/web:1.2' }, { image: 'nginx:1.27' }, 'image_replaced'],
    ['latest', { image: 'shop/web:1.2' }, { image: 'shop/web:latest' }, 'image_replaced'],
    [
      'certificates that are not checked',
      {},
      { environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
      'security_disabled',
    ],
    [
      'no authentication',
      { environment: { AUTH_ENABLED: 'true' } },
      { environment: { AUTH_ENABLED: 'false' } },
      'security_disabled',
    ],
    ['an invented value', {}, { environment: { API_KEY: 'k-3f9a77' } }, 'value_invented'],
    ['a placeholder', {}, { environment: { API_KEY: 'changeme' } }, 'value_invented'],
    ['an empty value', {}, { environment: { API_KEY: '' } }, 'value_invented'],
  ])('%s', (_, before, after, word) => {
    expect(inService(before, after)).toEqual([word]);
  });

  test('a service that is removed', () => {
    expect(judge({ before: model({}), after: { services: { db: {} } } })).toContain(
      'service_removed',
    );
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'another port of the host',
      { ports: [port('8080', '127.0.0.1')] },
      { ports: [port('8081', '127.0.0.1')] },
    ],
    ['twice the memory', { mem_limit: '67108864' }, { mem_limit: '134217728' }],
    ['another user', { user: 'root' }, { user: '1000:1000' }],
    ['a tmpfs', { read_only: true }, { read_only: true, tmpfs: ['/tmp'] }],
    ['another target', bind('/srv/shop/conf'), bind('/srv/shop/conf', { target: '/etc/app' })],
    ['a file of the folder', bind('/srv/shop/conf'), bind('/srv/shop/config')],
    [
      'an internal network',
      { networks: { front: null } },
      { networks: { front: null, back: null } },
    ],
    ['a dependency', {}, { depends_on: { db: { condition: 'service_healthy' } } }],
    ['a sibling’s tag', { image: 'shop/web:1.3' }, { image: 'shop/web:1.2' }],
    ['the name of a peer', { environment: { DB: 'localhost' } }, { environment: { DB: 'db' } }],
    ['a URL of a peer', {}, { environment: { DB_URL: 'postgres://shop@db:5432/shop' } }],
    ['an address to listen on', {}, { environment: { HOST: '0.0.0.0' } }],
    ['exec form', { command: ['sh', '-c', 'node app.js'] }, { command: ['node', 'app.js'] }],
    ['a hardened service', {}, { cap_drop: ['ALL'], read_only: true }],
  ])('stay: %s', (_, before, after) => {
    expect(inService(before, after)).toEqual([]);
  });

  test('a value that stands in a file of the stack is not invented, nor is one that is masked', () => {
    const files = [file('.env.example', 'API_KEY=k-3f9a77\n'), file('prod.env', 'TOKEN=***\n')];
    const after = { environment: { API_KEY: 'k-3f9a77', TOKEN: 'real' } };
    const stack = { capture: capture({ files }), before: model({}), after: model(after) };
    expect(judge(stack)).toEqual([]);
    expect(inFile('.env', 'A=1\n', 'A=1\nAPI_KEY=changeme\n', stack)).toContain('value_invented');
  });
});
