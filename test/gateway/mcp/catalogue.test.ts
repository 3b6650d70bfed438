import { afterAll, beforeAll, expect, test } from 'vitest';
import { aService } from '../../domain/samples.ts';
import { catalog } from '../fixture.ts';
import { startMcpFixture, textOf, type McpFixture } from './mcp-fixture.ts';

let fixture: McpFixture;
beforeAll(async () => {
  fixture = await startMcpFixture();
  await fixture.open();
});
afterAll(() => fixture.close());

/** All that an agent sees of a service: no image, digest, environment, label, command, port or mount. */
const shown = [
  'auto_open',
  'cpus',
  'default_ttl_seconds',
  'depends_on',
  'host',
  'max_ttl_seconds',
  'memory_bytes',
  'name',
  'tier',
];

test.each(['modern', 'legacy'] as const)(
  'a %s client sees of services only what it needs to ask for one, in at most 16 KiB',
  async (era) => {
    const client = await fixture.connect({ era });
    const result = await client.callTool({ name: 'vx11_services', arguments: {} });
    const { services } = result.structuredContent as { services: object[] };
    expect(services.length).toBeGreaterThan(0);
    for (const service of services) expect(Object.keys(service).toSorted()).toEqual(shown);
    expect(Buffer.byteLength(textOf(result))).toBeLessThanOrEqual(16 * 1024);
    const { contents } = await client.readResource({ uri: 'vx11://services' });
    const { services: read } = JSON.parse((contents[0] as { text: string }).text);
    for (const service of read) expect(Object.keys(service).toSorted()).toEqual(shown);
  },
);

test('what is left of a host counts all that its windows hold: memory, CPUs, GPUs and their memory', async () => {
  const gib = 1024 ** 3;
  const gpu = { count: 1, ids: [], memory_bytes: 8 * gib };
  const { store } = fixture;
  const services = [
    aService('mcp', { memory_bytes: gib, cpus: 0.5 }),
    aService('model', { memory_bytes: 2 * gib, cpus: 1, replicas: 2, gpu }),
    aService('asleep', { memory_bytes: gib, cpus: 1, gpu }),
  ];
  const budget = { memory_bytes: 12 * gib, cpus: 6, gpus: 4, gpu_memory_bytes: 24 * gib };
  await store.services.saveCatalog({ ...catalog(services), budget }, []);
  await fixture.open('model');
  const client = await fixture.connect();
  const result = await client.callTool({ name: 'vx11_services', arguments: {} });
  expect(result.structuredContent).toMatchObject({
    hosts: [
      {
        host: 'box',
        memory_bytes: 12 * gib,
        memory_bytes_left: 7 * gib,
        cpus: 6,
        cpus_left: 3.5,
        gpus: 4,
        gpus_left: 2,
        gpu_memory_bytes: 24 * gib,
        gpu_memory_bytes_left: 8 * gib,
      },
    ],
  });
});
