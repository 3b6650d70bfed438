import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../stack/wait.ts';
import { startPatchStack, type PatchStack } from './patch-stack.ts';

let one: PatchStack;
beforeAll(async () => void (one = await startPatchStack()));
afterAll(() => one?.fixture.destroy());

/** Stopped before anybody is asked, at this stage; `watch`: taken back after it was applied. */
const edits: [string, string | number | boolean, string][] = [
  ['mem_limit', 'much', 'config'],
  ['mem_limit', '1k', 'shadow'],
  ['cpus', 'two', 'config'],
  ['cpus', 4096, 'shadow'],
  ['comand', 'sleep 5', 'config'],
  ['ports', 'x', 'config'],
  ['stop_grace_period', 'soon', 'config'],
  ['healthcheck.interval', 'often', 'config'],
  // Compose has nothing against it
  ['healthcheck.disable', true, 'policy'],
  ['network_mode', 'service:nobody', 'config'],
  ['network_mode', 'host', 'policy'],
  ['depends_on.nobody.condition', 'service_started', 'config'],
  // another repository, before anybody looks whether the image is there
  ['image', 'vx11-nobody:0', 'policy'],
  ['image', 'vx11-tiny:absent', 'surroundings'],
  ['privileged', true, 'policy'],
  ['pid', 'host', 'policy'],
  ['user', 'root', 'policy'],
  ['restart', 'always', 'policy'],
  ['x-vx11.tier', 'core', 'policy'],
  ['runtime', 'nobody', 'shadow'],
  ['logging.driver', 'nobody', 'shadow'],
  ['oom_score_adj', 5000, 'config'],
  ['working_dir', 'not/absolute', 'shadow'],
  ['user', 'nobody9', 'watch'],
  ['command', 'no-such-program', 'watch'],
  ['command', 'sh -c "sleep 1; exit 3"', 'watch'],
  ['environment.MODE', 'broken', 'watch'],
  // valid by itself, and its command is that of another image
  ['entrypoint', '/no/such/entrypoint', 'watch'],
];

test.each(edits)('%s: %s is stopped, or taken back', async (key, value, stage) => {
  const file = one.file();
  const id = await one.container('{{.Id}}');
  const { dsl_id, test_result, status } = await one.plan(key, value);
  if (stage !== 'watch') {
    const last = test_result.at(-1);
    expect([status, dsl_id, last?.ok]).toEqual(['refused', null, false]);
    expect(last.stage, last.detail).toBe(stage);
    expect(await one.container('{{.Id}}')).toBe(id);
  } else {
    expect(dsl_id, JSON.stringify(test_result)).not.toBeNull();
    await one.confirm(dsl_id as string);
    const end = await one.ended(dsl_id as string);
    expect(end.status, end.detail ?? '').toBe('rolled_back');
    await until(
      'web is healthy',
      async () => (await one.container('{{.State.Health.Status}}').catch(() => '')) === 'healthy',
    );
    expect(await one.container('{{.Config.Env}}')).toContain('MODE=calm');
  }
  expect(one.file()).toBe(file);
  const projects = await one.fixture.docker('ps', '-aq', '--filter', 'label=io.vx11.trial');
  expect(projects.trim()).toBe('');
});
