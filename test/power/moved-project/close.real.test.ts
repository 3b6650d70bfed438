import { describe, expect, test } from 'vitest';
import { openTarget } from '../../stack/calls.ts';
import { runningIn } from '../../stack/stack.ts';
import { MovedProject, rounds } from './fixture.ts';

describe('the project name changes under an open window', () => {
  const moved = new MovedProject();

  test('a close ends the container that the window started, and the receipt names it', async () => {
    await openTarget(moved.stack, 'web', 300);
    const id = await moved.idOf(`${moved.stack.project}-web-1`);
    await moved.rename();
    await rounds();
    expect(await runningIn(moved.stack.project)).toEqual(['web']);
    expect(await runningIn(moved.later), 'none is started beside it').toEqual([]);
    const status = await moved.stack.call('GET', '/vx11/status');
    expect(JSON.stringify(status.body)).toContain(`runs in project ${moved.stack.project}`);
    const receipt = await moved.close('web');
    expect(await moved.isRunning(id)).toBe(false);
    expect(receipt).toMatchObject({
      residue: [],
      services: [
        {
          outcome: 'stopped',
          state: 'exited',
          container: `${moved.stack.project}-web-1`,
          stopped_by: 'window',
          containers: [{ id, project: moved.stack.project, state: 'exited', exit_code: 0 }],
        },
      ],
    });
    const again = await openTarget(moved.stack, 'web', 60);
    expect(again.body.is_open).toBe(true);
    expect(await runningIn(moved.later), 'the next opening uses the new project').toEqual(['web']);
    expect(await runningIn(moved.stack.project)).toEqual([]);
  });
});
