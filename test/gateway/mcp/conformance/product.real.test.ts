import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMcpFixture, type McpFixture } from '../mcp-fixture.ts';
import { startTokenDoor } from '../token-door.ts';
import { failuresOf, runSuite } from './suite.ts';

/** The scenarios that need none of the suite's own example tools, prompts and resources. */
const scenarios: [scenario: string, revision: string][] = [
  ['server-initialize', '2025-11-25'],
  ['ping', '2025-11-25'],
  ['tools-list', '2025-06-18'],
  ['server-stateless', '2026-07-28'],
  ['completion-complete', '2026-07-28'],
  ['tools-list', '2026-07-28'],
  ['resources-list', '2026-07-28'],
  ['sep-2164-resource-not-found', '2026-07-28'],
  ['prompts-list', '2026-07-28'],
  ['dns-rebinding-protection', '2026-07-28'],
  ['caching', '2026-07-28'],
  ['http-header-validation', '2026-07-28'],
  ['server-sse-multiple-streams', '2026-07-28'],
  ['input-required-result-unsupported-methods', '2026-07-28'],
];

/** Checks of these scenarios that call an example tool; example.real.test.ts has those tools. */
const needExamples = new Set([
  'sep-2575-http-server-no-independent-requests-on-stream',
  'sep-2575-missing-capability-http-400',
  'sep-2575-server-no-log-without-loglevel',
  'sep-2575-server-rejects-undeclared-capability',
]);

let fixture: McpFixture;
let door: Awaited<ReturnType<typeof startTokenDoor>>;
beforeAll(async () => {
  fixture = await startMcpFixture();
  await fixture.open('mcp', 600_000);
  door = await startTokenDoor(fixture.url, await fixture.token('agent'));
});
afterAll(async () => {
  await door.close();
  await fixture.close();
});

test.each(scenarios)(
  'the conformance scenario %s of revision %s passes',
  async (name, revision) => {
    const url = `${door.url}/mcp`;
    const ran = await runSuite(url, ['--scenario', name, '--spec-version', revision]);
    const failed = failuresOf(ran, name)!;
    expect(failed.filter(({ id }) => !needExamples.has(id))).toEqual([]);
    expect(ran.get(name)!.some(({ status }) => status === 'SUCCESS')).toBe(true);
  },
);
