import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createTaskMetrics, gaugeAdmission, samplesOf } from '../../../activities/tasks/metrics.ts';
import { loadSnapshot } from '../../../gateway/reads/snapshot.ts';
import { spawnerMetrics } from '../../../gateway/tasks/spawner-metrics.ts';
import { startGateway } from '../fixture.ts';

const sorted = (text: string): string[] => text.split('\n').filter(Boolean).toSorted();

test('the samples in a heartbeat give the same text as the spawner serves itself', async () => {
  const registry = new Registry();
  registry.setDefaultLabels({ host: 'box "1"' });
  const metrics = createTaskMetrics(registry);
  gaugeAdmission(registry, { running: 2, waiting: 1 } as never, () => 1024);
  metrics.queued.observe(0.03);
  metrics.queued.observe(400);
  metrics.ended.inc({ outcome: 'completed', cause: 'none' }, 3);
  const gateway = await startGateway();
  try {
    const { store } = gateway;
    const samples = await samplesOf(registry);
    const beat = { process: 'spawner', host: 'box', at: 1000, detail: { samples } };
    await store.presence.beat(beat);
    const [row] = await store.presence.list();
    expect(JSON.stringify(row)).not.toContain('# HELP');
    const snapshot = await loadSnapshot(store, '');
    expect(spawnerMetrics(snapshot, 1001).map(sorted)).toEqual([sorted(await registry.metrics())]);
    expect(spawnerMetrics(snapshot, 100_000)).toEqual([]);
    await store.presence.beat({ ...beat, detail: { samples: [['x', {}, 'no number']] } });
    expect(spawnerMetrics(await loadSnapshot(store, ''), 1001)).toEqual([]);
  } finally {
    await gateway.close();
  }
});
