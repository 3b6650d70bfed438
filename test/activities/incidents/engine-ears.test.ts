import { beforeEach, describe, expect, test } from 'vitest';
import type { ContainerEvent, NetworkEvent } from '../../../activities/engine/watch.ts';
import {
  createEngineEars,
  type EngineEars,
} from '../../../activities/incidents/readers/engine-ears.ts';
import { ants } from '../../../domain/incidents/ants/table.ts';

describe('events of the Engine', () => {
  let now: number;
  let busy: Set<string>;
  let tell: (event: ContainerEvent) => void;
  let tellOfNetwork: (event: NetworkEvent) => void;
  let ears: EngineEars;
  beforeEach(() => {
    [now, busy] = [0, new Set()];
    const watch = {
      subscribe: (listener: typeof tell) => ((tell = listener), () => undefined),
      subscribeNetworks: (listener: typeof tellOfNetwork) => (
        (tellOfNetwork = listener),
        () => undefined
      ),
    };
    ears = createEngineEars(watch, ants, {
      clock: () => now,
      isOurs: (service) => busy.has(service),
      serviceOf: (id) => (id === 'c1' ? 'web' : null),
    });
  });
  const happens = (action: string, id = 'c1'): void =>
    tell({ id, service: 'web', action, exit_code: null, at: now });

  test('wake ants, and kills for lack of memory are kept for an hour', () => {
    happens('oom');
    happens('die');
    expect([...ears.woken].toSorted()).toEqual(['health', 'oom', 'restart_loop']);
    expect(ears.ooms([])).toEqual({ at: [{ service: 'web', at: 0 }], since: 0, services: [] });
    now = 3_600_000;
    expect(ears.ooms([]).at).toEqual([]);
  });

  test.each(['update', 'rename', 'destroy'])('wake the ant of drift, if %s was not ours', (one) => {
    busy.add('web');
    happens(one);
    expect(ears.woken.has('drift')).toBe(false);
    busy.clear();
    happens(one);
    expect(ears.woken.has('drift')).toBe(true);
  });

  test('wake it if a container that runs leaves a network or joins one, and not because it starts or ends', () => {
    const joins = (id: string): void => {
      tellOfNetwork({ id, action: 'disconnect' });
      tellOfNetwork({ id, action: 'connect' });
    };
    joins('of another project');
    busy.add('web');
    joins('c1');
    busy.clear();
    happens('die');
    joins('c1');
    happens('start');
    expect(ears.woken.has('drift')).toBe(false);
    tellOfNetwork({ id: 'c1', action: 'disconnect' });
    expect(ears.woken.has('drift')).toBe(true);
  });

  test('wake nothing by what health checks and tools do all the time', () => {
    for (const action of ['exec_create: true', 'exec_start: true', 'exec_die', 'top', 'attach'])
      happens(action);
    expect([...ears.woken]).toEqual([]);
  });
});
