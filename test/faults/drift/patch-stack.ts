import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { DriftAuditAnswer, DriftFinding } from '../../../contracts/drift.ts';
import type { PatchView } from '../../../contracts/patch.ts';
import { insist } from '../../stack/calls.ts';
import type { Answer } from '../../stack/stack.ts';
import { until } from '../../stack/wait.ts';
import { startFixture, type Fixture } from '../harness/fixture.ts';

const run = promisify(execFile);

/** A web service that is healthy unless its variable says otherwise, in a folder under git, with windows on it. */
export interface PatchStack {
  fixture: Fixture;
  /** The compose file. */
  file(): string;
  /** Makes a patch that sets one key of web. */
  plan(key: string, value: string | number | boolean): Promise<Answer['body']>;
  /** Makes a patch of what is not as declared there. @returns its id */
  create(module: string, path: string, direction?: 'restore' | 'adopt'): Promise<string>;
  /** Makes the plan that applies a patch, and confirms it. */
  confirm(patchId: string): Promise<void>;
  patchOf(id: string): Promise<PatchView | null>;
  /** Waits until a patch has its end. */
  ended(id: string): Promise<PatchView>;
  container(format: string): Promise<string>;
  git(...args: string[]): Promise<string>;
  open(): Promise<void>;
  /** What an audit finds; it has to be done. */
  audit(): Promise<DriftFinding[]>;
}

/** @param more services beside web */
export async function startPatchStack(
  more: Record<string, Record<string, unknown>> = {},
): Promise<PatchStack> {
  const fixture = await startFixture({
    services: {
      manifestator: {},
      web: {
        mem_limit: '64m',
        environment: { MODE: 'calm' },
        healthcheck: {
          test: ['CMD-SHELL', 'test "$$MODE" != broken'],
          interval: '1s',
          retries: 1,
        },
      },
      ...more,
    },
    'x-vx11': { drift: { watch_seconds: 2 } },
  });
  const git: PatchStack['git'] = async (...args) => {
    const own = ['-c', 'user.name=ana', '-c', 'user.email=ana@example.org'];
    return (await run('git', ['-C', dirname(fixture.composeFile), ...own, ...args])).stdout;
  };
  await git('init', '-q');
  await git('add', '.');
  await git('commit', '-q', '-m', 'the stack');
  const open = async (): Promise<void> => {
    for (const target of ['manifestator', 'web', ...Object.keys(more)])
      await insist(fixture, '/vx11/window/open', { target, ttl_seconds: 3600 });
  };
  await open();
  const patchOf: PatchStack['patchOf'] = async (id) => {
    const answer = await fixture.call('GET', `/vx11/patches/${id}`).catch(() => null);
    return answer?.status === 200 ? (answer.body as PatchView) : null;
  };
  return {
    fixture,
    file: () => readFileSync(fixture.composeFile, 'utf8'),
    async plan(key, value) {
      const blocks = [{ target: 'web', operation: 'set', key, value }];
      return (await insist(fixture, '/manifestator/dsl/plan', { blocks }, 120_000)).body;
    },
    async create(module_name, path, direction = 'restore') {
      const asked = { module_name, path, direction, issue_description: 'by hand', severity: 'low' };
      const { body } = await insist(fixture, '/manifestator/patch/create', asked, 120_000);
      if (typeof body['patch_id'] === 'string') return body['patch_id'];
      throw new Error(`no patch of ${path}: ${JSON.stringify(body)}`);
    },
    async confirm(patchId) {
      const { body } = await insist(fixture, `/manifestator/patch/${patchId}/apply`, {});
      const { plan_id, confirm_token } = body;
      await insist(fixture, `/madre/plans/${plan_id}/confirm`, { confirm_token });
    },
    patchOf,
    ended: (id) =>
      until(
        `${id} has its end`,
        async () => {
          const patch = await patchOf(id);
          return patch !== null && patch.ended_at !== null && patch;
        },
        180_000,
      ),
    container: async (format) =>
      (await fixture.docker('inspect', '--format', format, `${fixture.project}-web-1`)).trim(),
    git,
    open,
    async audit() {
      const { body } = await insist(fixture, '/manifestator/drift/audit', {}, 120_000);
      const { status, audit, items } = body as DriftAuditAnswer;
      if (status === 'DONE') return items;
      throw new Error(`the audit is ${status}: ${JSON.stringify(audit)}`);
    },
  };
}
