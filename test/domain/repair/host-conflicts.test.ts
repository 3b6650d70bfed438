import { describe, expect, test } from 'vitest';
import { hostConflicts, type Beside } from '../../../domain/repair/host-conflicts.ts';
import type { StackModel } from '../../../domain/repair/isolation/isolate.ts';

const nothing: Beside = { containers: [], ports: [], networks: ['bridge'], volumes: [] };
const published = (port: string, host_ip?: string) => ({
  ports: [{ published: port, target: 80, protocol: 'tcp', ...(host_ip && { host_ip }) }],
});
const conflicts = (model: StackModel, beside: Partial<Beside> = {}) => {
  const order = Object.keys(model.services);
  const { whole, services } = hostConflicts(
    model,
    { ...nothing, ...beside },
    { project: 'shop', order },
  );
  return { whole, services: Object.fromEntries(services) };
};

describe('ports of the host', () => {
  const taken = 'Bind for 0.0.0.0:8080 failed: port is already allocated';
  test('the second of two services that publish one port is not started', () => {
    const services = { db: published('8080'), web: published('8080') };
    expect(conflicts({ services })).toEqual({ whole: null, services: { web: taken } });
  });
  test('one that something else holds is not published, at any address or at the same', () => {
    const services = { web: published('8080') };
    const held = (address: string, project = '') => ({ ports: [{ address, port: 8080, project }] });
    expect(conflicts({ services }, held('127.0.0.1')).services).toEqual({ web: taken });
    expect(conflicts({ services }, held('127.0.0.1', 'shop')).services).toEqual({});
    const own = { services: { web: published('8080', '127.0.0.1') } };
    expect(conflicts(own, held('10.0.0.7')).services).toEqual({});
    expect(conflicts(own, held('::')).services).not.toEqual({});
  });
  test('a range, and UDP, are left to the Engine', () => {
    const udp = { ports: [{ published: '53', target: 53, protocol: 'udp' }] };
    const range = { ports: [{ published: '8000-8010', target: 80 }] };
    const ports = [53, 8000].map((port) => ({ address: '0.0.0.0', port, project: '' }));
    expect(conflicts({ services: { udp, range } }, { ports }).services).toEqual({});
  });
});

test("a container name is taken by any container that is not the service's own", () => {
  const services = { web: { container_name: 'shop-web' } };
  const by = (project: string, service: string) => ({
    containers: [{ id: 'ab12', name: 'shop-web', project, service }],
  });
  const text = 'Conflict. The container name "/shop-web" is already in use by container "ab12".';
  expect(conflicts({ services }, by('shop', 'web')).services).toEqual({});
  expect(conflicts({ services }, by('shop', 'old')).services).toEqual({ web: text });
  expect(conflicts({ services }, by('', '')).services).toEqual({ web: text });
});

test('external networks and volumes that a service uses have to be there', () => {
  const mount = { type: 'volume', source: 'data', target: '/data' };
  const services = { web: { networks: { front: null }, volumes: [mount] } };
  const networks = { front: { external: true, name: 'edge' }, unused: { external: true } };
  const volumes = { data: { external: true, name: 'kept' } };
  const all = { services, networks, volumes };
  expect(conflicts(all).whole).toBe('network edge declared as external, but could not be found');
  expect(conflicts(all, { networks: ['edge'] }).whole).toBe('external volume "kept" not found');
  expect(conflicts(all, { networks: ['edge'], volumes: ['kept'] }).whole).toBeNull();
});
