import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { DriftAuditAnswer } from '../../contracts/drift.ts';
import type { ApplyPatchAnswer, CreatePatchAnswer } from '../../contracts/drift-patch.ts';
import type { PatchView } from '../../contracts/patch.ts';
import { startManifestator } from '../stack/manifestator-program.ts';
import type { TestProgram } from '../stack/program.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

const run = promisify(execFile);

let stack: TestStack;
let manifestator: TestProgram;
const folder = (): string => dirname(stack.composeFile);
const git = async (...args: string[]): Promise<string> => {
  const own = ['-c', 'user.name=ana', '-c', 'user.email=ana@example.org'];
  return (await run('git', ['-C', folder(), ...own, ...args])).stdout;
};

beforeAll(async () => {
  stack = await startStack({
    temporalAddress: inject('temporalAddress'),
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
    },
    'x-vx11': { drift: { watch_seconds: 2 } },
  });
  await git('init', '-q');
  await git('add', '.');
  await git('commit', '-q', '-m', 'the stack');
  manifestator = startManifestator(stack);
});
afterAll(async () => {
  await manifestator?.stop();
  await stack?.destroy();
});

const post = async <T>(path: string, body: object): Promise<T> => {
  const answer = await stack.call('POST', path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body as T;
};
const named = async (): Promise<string[]> => {
  const { items } = await post<DriftAuditAnswer>('/manifestator/drift/audit', {});
  return items.map(({ kind, path, expected, actual }) => `${kind} ${path} ${expected} → ${actual}`);
};
const make = (more: object): Promise<CreatePatchAnswer> =>
  post('/manifestator/patch/create', {
    module_name: 'web',
    issue_description: 'edited by hand',
    severity: 'normal',
    ...more,
  });
const patchOf = async (id: string): Promise<PatchView> =>
  (await stack.call('GET', `/vx11/patches/${id}`)).body as PatchView;
/** Confirms the plan of a patch, and waits until the patch has its end. */
const confirmed = async (id: string): Promise<PatchView> => {
  const applied = await post<ApplyPatchAnswer>(`/manifestator/patch/${id}/apply`, {});
  expect(applied.status).toBe('waiting');
  await post(`/madre/plans/${applied.plan_id}/confirm`, { confirm_token: applied.confirm_token });
  return until('the patch has its end', async () => {
    const patch = await patchOf(id);
    return patch.ended_at !== null && patch;
  });
};
/** Makes the container again by hand with another variable, as a person with an override file would. */
const byHand = async (mode: string): Promise<void> => {
  const other = join(stack.home, 'by-hand.yml');
  await writeFile(other, `services: { web: { environment: { MODE: ${mode} } } }\n`);
  const files = ['-f', stack.composeFile, '-f', other];
  await stack.docker('compose', '-p', stack.project, ...files, 'up', '-d', '--no-deps', 'web');
};
const container = async (format: string): Promise<string> =>
  (await stack.docker('inspect', '--format', format, `${stack.project}-web-1`)).trim();
const healthy = (): Promise<unknown> =>
  until('web is healthy', async () => (await container('{{.State.Health.Status}}')) === 'healthy');

test('what is edited by hand is named, patched after a yes, watched, and taken back if it breaks', async () => {
  for (const target of ['manifestator', 'web'])
    await post('/vx11/window/open', { target, ttl_seconds: 300, wait_seconds: 50 });
  await healthy();
  expect(await named()).toEqual([]);
  const before = await readFile(stack.composeFile, 'utf8');

  // restored without a restart
  await stack.docker('update', '--memory', '32m', '--memory-swap', '64m', `${stack.project}-web-1`);
  const id = await container('{{.Id}}');
  const limit = `limits_changed services.web.mem_limit ${64 * 1024 ** 2} → ${32 * 1024 ** 2}`;
  expect(await named()).toEqual([limit]);
  const restore = await make({});
  expect(restore).toMatchObject({ status: 'generated', files_modified: [] });
  expect((await confirmed(restore.patch_id!)).status).toBe('kept');
  expect(await container('{{.Id}} {{.HostConfig.Memory}}')).toBe(`${id} ${64 * 1024 ** 2}`);
  expect(await named()).toEqual([]);

  // adopted: one line of the file
  await byHand('other');
  // while madre looks at the new container, an audit keeps what it knew
  const isNamed = async () =>
    /env_changed services\.web\.environment\.MODE hmac/.test((await named()).join('\n'));
  await until('the variable is named', isNamed);
  const adopt = await make({ direction: 'adopt', path: 'services.web.environment' });
  expect(adopt).toMatchObject({ status: 'generated', lines_changed: 2 });
  expect(adopt.test_result.map(({ stage, ok }) => `${stage} ${ok}`)).toEqual(
    ['operations', 'parse', 'config', 'policy', 'surroundings', 'shadow'].map(
      (one) => `${one} true`,
    ),
  );
  const kept = await confirmed(adopt.patch_id!);
  expect([kept.status, kept.detail]).toEqual(['kept', null]);
  const after = before.replace('MODE: calm', 'MODE: other');
  expect(await readFile(stack.composeFile, 'utf8')).toBe(after);
  await healthy();
  expect(await container('{{.Config.Env}}')).toContain('MODE=other');
  expect(await named()).toEqual([]);
  expect(await git('log', '-1', '--format=%B')).toContain(`Patch-Id: ${adopt.patch_id}`);
  expect((await git('status', '--porcelain')).trim()).toBe('');

  // adopted, and not healthy: taken back, which is its own outcome
  await byHand('broken');
  const bad = await make({ direction: 'adopt', path: 'services.web.environment' });
  const end = await confirmed(bad.patch_id!);
  expect([end.status, end.detail]).toEqual(['rolled_back', expect.stringContaining('web')]);
  expect(await readFile(stack.composeFile, 'utf8')).toBe(after);
  await healthy();
  expect(await container('{{.Config.Env}}')).toContain('MODE=other');
  const plan = await stack.call('GET', `/madre/plans/${end.plan_id}`);
  expect(plan.body).toMatchObject({ status: 'ERROR', error: { code: 'patch_rolled_back' } });
  expect(await named()).toEqual([]);

  await stack.call('POST', '/vx11/window/close', { target: 'web' });
  expect(await named()).toEqual([]);
});
