import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Notice } from '../../../contracts/notice.ts';
import { sendingPair, type TestSender } from './sender.ts';

let sender: TestSender;
let received: () => Notice[];
let end: () => Promise<void>;
beforeEach(async () => {
  ({ sender, received, end } = await sendingPair());
});
afterEach(() => end());

describe('people are notified of', () => {
  test.each([
    [
      'an incident',
      'incident.opened',
      {
        incident_id: 'incident-1',
        severity: 'high',
        title: 'web is unhealthy',
        inhibited_by: null,
      },
      'vx11 incidents ack incident-1',
    ],
    [
      'an incident that comes and goes',
      'incident.flapping',
      { incident_id: 'incident-1', severity: 'warn', title: 'web is unhealthy' },
      'vx11 incidents show incident-1',
    ],
    ['a storm of incidents', 'incident.storm', { count: 300 }, 'vx11 incidents lists them'],
    [
      'what is not as it is declared',
      'drift.found',
      { path: 'services.web.mem_limit', kind: 'limits_changed', severity: 'warn' },
      'vx11 drift',
    ],
  ] as const)('%s, with what to do', async (_, type, payload, text) => {
    await sender.append(type, { payload });
    await sender.round();
    await sender.round(31);
    expect(received()).toHaveLength(1);
    expect(received()[0]!.text).toContain(text);
  });

  test('nothing of incidents that are only recorded, follow from others, or are over', async () => {
    const one = { incident_id: 'incident-1', severity: 'high', title: 'x', inhibited_by: null };
    await sender.append('incident.opened', { payload: { ...one, severity: 'info' } });
    await sender.append('incident.opened', { payload: { ...one, inhibited_by: 'incident-2' } });
    await sender.append('incident.resolved', { payload: one });
    await sender.append('drift.cleared', { payload: { path: 'services.web', severity: 'high' } });
    await sender.round();
    await sender.round(31);
    expect(received()).toEqual([]);
  });
});
