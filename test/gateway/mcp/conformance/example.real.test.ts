import { afterAll, beforeAll, expect, test } from 'vitest';
import { mountMcp } from '../../../../gateway/mcp/routes.ts';
import { startMcpFixture, type McpFixture } from '../mcp-fixture.ts';
import { startTokenDoor } from '../token-door.ts';
import { createExampleServer } from './example-server.ts';
import { failuresOf, runSuite, type Scenarios } from './suite.ts';

/** Everything that the suite requires of a server of each revision, and what it has beside that. */
const required: Record<string, string[]> = {
  '2026-07-28': [
    'server-stateless',
    'completion-complete',
    'tools-list',
    'tools-call-simple-text',
    'tools-call-image',
    'tools-call-audio',
    'tools-call-embedded-resource',
    'tools-call-mixed-content',
    'tools-call-error',
    'tools-call-with-progress',
    'server-sse-multiple-streams',
    'resources-list',
    'resources-read-text',
    'resources-read-binary',
    'resources-templates-read',
    'sep-2164-resource-not-found',
    'prompts-list',
    'prompts-get-simple',
    'prompts-get-with-args',
    'prompts-get-embedded-resource',
    'prompts-get-with-image',
    'dns-rebinding-protection',
    'caching',
    'input-required-result-basic-elicitation',
    'input-required-result-basic-sampling',
    'input-required-result-basic-list-roots',
    'input-required-result-request-state',
    'input-required-result-multiple-input-requests',
    'input-required-result-multi-round',
    'input-required-result-missing-input-response',
    'input-required-result-non-tool-request',
    'input-required-result-result-type',
    'input-required-result-unsupported-methods',
    'input-required-result-tampered-state',
    'input-required-result-capability-check',
    'input-required-result-ignore-extra-params',
    'input-required-result-validate-input',
  ],
  '2025-11-25': [
    'server-initialize',
    'ping',
    'completion-complete',
    'tools-list',
    'tools-call-simple-text',
    'tools-call-image',
    'tools-call-audio',
    'tools-call-embedded-resource',
    'tools-call-mixed-content',
    'tools-call-error',
    'tools-call-with-progress',
    'tools-call-with-logging',
    'logging-set-level',
    'server-sse-multiple-streams',
    'resources-list',
    'resources-read-text',
    'resources-read-binary',
    'resources-templates-read',
    'prompts-list',
    'prompts-get-simple',
    'prompts-get-with-args',
    'prompts-get-embedded-resource',
    'prompts-get-with-image',
    'dns-rebinding-protection',
  ],
};
const more = [
  'http-header-validation',
  'http-custom-header-server-validation',
  'json-schema-2020-12',
];

const cannotAsk = 'a stateless server cannot ask a client with a handshake';
const keepsNothing = 'a stateless server keeps no subscription between two requests';
const noTasks = 'VX11 does not offer the extension of tasks: a plan or a task is the handle';

/** Scenarios that do not apply, and why. */
const notApplicable: Record<string, string> = {
  'tools-call-sampling': `${cannotAsk}, and sampling is deprecated`,
  'tools-call-elicitation': cannotAsk,
  'elicitation-sep1034-defaults': cannotAsk,
  'elicitation-sep1330-enums': cannotAsk,
  'server-session-lifecycle': 'a stateless server has no sessions',
  'server-sse-polling': 'a stream of a stateless server is not resumed',
  'resources-subscribe': keepsNothing,
  'resources-unsubscribe': keepsNothing,
  'tasks-capability-negotiation': noTasks,
  'tasks-dispatch-and-envelope': noTasks,
  'tasks-lifecycle': noTasks,
  'tasks-mrtr-composition': noTasks,
  'tasks-mrtr-input': noTasks,
  'tasks-request-headers': noTasks,
  'tasks-request-state-removal': noTasks,
  'tasks-required-task-error': noTasks,
  'tasks-status-notifications': noTasks,
  'tasks-wire-fields': noTasks,
};

let fixture: McpFixture;
let door: Awaited<ReturnType<typeof startTokenDoor>>;
const ran = new Map<string, Scenarios>();
beforeAll(async () => {
  fixture = await startMcpFixture({
    before: async (app) => {
      await app.register(
        mountMcp('/example', { allowedOrigins: [] }, async () => createExampleServer()),
      );
    },
  });
  door = await startTokenDoor(fixture.url, await fixture.token('agent'));
  const url = `${door.url}/example`;
  for (const revision of Object.keys(required)) {
    ran.set(revision, await runSuite(url, ['--requirements', revision]));
  }
  for (const scenario of more) {
    const [found] = await runSuite(url, ['--scenario', scenario, '--spec-version', '2026-07-28']);
    ran.get('2026-07-28')!.set(scenario, found![1]);
  }
}, 600_000);
afterAll(async () => {
  await door.close();
  await fixture.close();
});

const all = Object.entries({ ...required, '2026-07-28': [...required['2026-07-28']!, ...more] });

test.each(all.flatMap(([revision, names]) => names.map((name) => [name, revision] as const)))(
  'the conformance scenario %s of revision %s passes over the route of the gateway',
  (name, revision) => {
    expect(failuresOf(ran.get(revision)!, name)).toEqual([]);
  },
);

test('no scenario is missing but those that do not apply', () => {
  for (const [revision, scenarios] of ran) {
    const known = new Set([...required[revision]!, ...more, ...Object.keys(notApplicable)]);
    expect([...scenarios.keys()].filter((name) => !known.has(name))).toEqual([]);
  }
});
