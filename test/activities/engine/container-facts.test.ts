import type Docker from 'dockerode';
import { expect, test } from 'vitest';
import { factsOf } from '../../../activities/engine/container-facts.ts';

const inspected = (State: Partial<Docker.ContainerInspectInfo['State']>) =>
  factsOf({
    Id: 'a1',
    Name: '/web',
    State: { Status: 'exited', ...State },
    Config: {},
    HostConfig: {},
    NetworkSettings: { Networks: {} },
  } as unknown as Docker.ContainerInspectInfo);

test('a process that ends at once stops no earlier than it started, whatever the Engine wrote', () => {
  const StartedAt = '2026-11-29T01:10:11.372Z';
  const facts = inspected({ Running: false, StartedAt, FinishedAt: '2026-11-29T01:10:11.370Z' });
  expect(facts.finished_at).toBe(Date.parse(StartedAt));
  const later = '2026-11-29T01:10:12.000Z';
  expect(inspected({ Running: false, StartedAt, FinishedAt: later }).finished_at).toBe(
    Date.parse(later),
  );
});

test('the stop of a running container is that of its previous run', () => {
  const times = { StartedAt: '2026-11-29T01:10:11Z', FinishedAt: '2026-11-29T01:10:01Z' };
  const facts = inspected({ Running: true, Status: 'running', ...times });
  expect(facts.finished_at).toBe(Date.parse(times.FinishedAt));
  expect(inspected({ Running: false, Status: 'created' }).finished_at).toBeNull();
});
