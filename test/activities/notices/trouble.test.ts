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
    [
      'a storm of incidents',
      'incident.storm',
      { count: 300, severity: 'high' },
      'vx11 incidents lists them',
    ],
    [
      'what is not as it is declared',
      'drift.found',
      { path: 'services.web.mem_limit', kind: 'limits_changed', severity: 'warn' },
      'vx11 drift',
    ],
    [
      'a provider without money',
      'routing.target_out',
      { scope: 'key:groq:GROQ_API_KEY', reason: 'no_money', until_ms: 1 },
      'vx11 providers --reset groq',
    ],
    [
      'a login that is refused',
      'routing.target_out',
      { scope: 'key:claude:', reason: 'unauthorized', until_ms: 1 },
      'every ten minutes',
    ],
  ] as const)('%s, with what to do', async (_, type, payload, text) => {
    await sender.append(type, { payload });
    await sender.round();
    await sender.round(31);
    expect(received()).toHaveLength(1);
    expect(received()[0]!.text).toContain(text);
  });

  test('nothing of targets that time alone brings back', async () => {
    for (const payload of [
      { scope: 'key_model:groq:GROQ_API_KEY:a', reason: 'rate_limited', until_ms: 1 },
      { scope: 'key:groq:GROQ_API_KEY', reason: 'quota', until_ms: 1 },
      { scope: 'breaker:groq/a', reason: 'breaker_open', until_ms: 1 },
    ])
      await sender.append('routing.target_out', { payload });
    await sender.round();
    await sender.round(31);
    expect(received()).toEqual([]);
  });

  test('nothing of incidents that are only recorded, or follow from others', async () => {
    const one = { incident_id: 'incident-1', severity: 'high', title: 'x', inhibited_by: null };
    await sender.append('incident.opened', { payload: { ...one, severity: 'info' } });
    await sender.append('incident.opened', { payload: { ...one, inhibited_by: 'incident-2' } });
    await sender.append('drift.cleared', { payload: { path: 'services.web', severity: 'high' } });
    await sender.round();
    await sender.round(31);
    expect(received()).toEqual([]);
  });
});

describe('that an incident is over', () => {
  const one = { incident_id: 'incident-1', severity: 'high', title: 'web is unhealthy' };
  const over = { ...one, resolved_by: 'looks' };
  const types = () => received().map(({ type }) => type);
  const later = async (): Promise<void> => {
    await sender.round();
    await sender.round(90);
  };
  test('is sent once, after its beginning, and again only if it came back', async () => {
    await sender.append('incident.opened', { payload: one });
    await later();
    await sender.append('incident.resolved', { payload: over });
    await later();
    await sender.append('incident.resolved', { payload: over });
    await later();
    expect(types()).toEqual(['incident.opened', 'incident.resolved']);
    expect(received()[1]!.title).toContain('Over: web is unhealthy');
    await sender.append('incident.reopened', { payload: one });
    await sender.append('incident.resolved', { payload: over });
    await later();
    expect(types().slice(2).toSorted()).toEqual(['incident.opened', 'incident.resolved']);
  });
  test('is sent to nobody who was not notified of it', async () => {
    await sender.append('incident.opened', { payload: { ...one, inhibited_by: 'incident-2' } });
    await sender.append('incident.resolved', { payload: over });
    await later();
    expect(received()).toEqual([]);
  });
  test('is one message for a storm, and its closing none', async () => {
    const storm = { count: 300, severity: 'high', kinds: {}, incident_ids: [] };
    for (const change of ['incident.opened', 'incident.resolved', 'incident.closed']) {
      await sender.append('incident.storm', { payload: { ...storm, change } });
      await later();
    }
    expect(types()).toEqual(['incident.storm', 'incident.resolved']);
  });
});
