import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tools } from '../../../gateway/mcp/tools/index.ts';
import { startMcpFixture, type McpFixture } from './mcp-fixture.ts';
import { callModern } from './raw-call.ts';

const setsPerTool = 1000;
const atOnce = 20;

let fixture: McpFixture;
let token: string;
beforeAll(async () => {
  fixture = await startMcpFixture();
  await fixture.open('mcp', 600_000);
  token = await fixture.token('agent');
});
afterAll(() => fixture.close());

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 2000 }));
const names = [
  ...new Set(
    tools.flatMap(({ input }) => Object.keys((input as unknown as { shape: object }).shape)),
  ),
];
/** Sets of arguments with the names that tools have, and values that they may not have. */
const wrongSets = fc.oneof(
  fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.jsonValue({ maxDepth: 3 }), anyText)),
  fc.dictionary(anyText, fc.jsonValue({ maxDepth: 2 })),
);

test.each(tools.map(({ name }) => name))(
  'whatever %s is called with, it answers, and the gateway lives',
  { timeout: 60_000 },
  async (name) => {
    const sets = fc.sample(wrongSets, setsPerTool);
    for (let from = 0; from < sets.length; from += atOnce) {
      const answers = await Promise.all(
        sets
          .slice(from, from + atOnce)
          .map((sent) => callModern(fixture.url, token, { name, arguments: sent })),
      );
      for (const { result, error, status } of answers) {
        // a lone surrogate or a key such as __proto__ is refused before it is a message
        const isRefused = error?.code < -32_000 || status === 400 || status === 422;
        expect(isRefused || Array.isArray(result?.content)).toBe(true);
        if (result !== undefined) expect(JSON.stringify(result)).not.toContain('internal: ');
      }
    }
    expect((await fetch(`${fixture.url}/health`)).status).toBe(200);
  },
);
