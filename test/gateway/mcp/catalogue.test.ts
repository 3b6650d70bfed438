import { afterAll, beforeAll, expect, test } from 'vitest';
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
