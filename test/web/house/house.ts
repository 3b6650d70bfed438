import type { Page } from 'playwright-core';
import type { Web } from '../browser.ts';
import { seedAudio } from './seed-audio.ts';
import { seedHouse } from './seed-house.ts';

export interface House {
  windowId: string;
  endedId: string;
  planId: string;
  taskId: string;
  deadTask: string;
  failedRun: string;
  liveRun: string;
  waitingRepair: string;
  endedRepair: string;
  decision: string;
  incident: string;
  failedPull: string;
  audioJob: string;
  liveAudio: string;
}

/** Asks madre from a signed-in page, as the UI does. */
export const ask = (page: Page, path: string, body: object): Promise<Record<string, unknown>> =>
  page.evaluate(
    async ([to, content]) => {
      const answer = await fetch(to!, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-vx11-session': localStorage.getItem('vx11.proof')!,
        },
        body: content!,
      });
      return (await answer.json()) as Record<string, unknown>;
    },
    [path, JSON.stringify(body)],
  );

/** Every kind of row, with plans that madre has made. */
export async function seedAll(web: Web): Promise<House> {
  const { window, ended, ...ids } = await seedHouse(web.store);
  const audio = await seedAudio(web);
  const page = await web.page('operator', { name: 'ben' });
  const stop = await ask(page, '/madre/control', {
    target: 'web',
    action: 'stop',
    params: { reason: 'it leaks memory' },
  });
  await ask(page, '/madre/control', { target: 'hermes', action: 'restart' });
  await page.context().close();
  const month = 30 * 86_400_000;
  const agent = await web.page('agent', {
    name: 'claude-code for ana',
    token: {
      agent: { host: 'claude-code', person: 'ana' },
      created_by: 'root',
      expires_at: Date.now() + month,
    },
  });
  const says = (user_message: string) =>
    ask(agent, '/mcp/chat', { user_message, require_action: true });
  await says('open grafana for 10 minutes');
  await agent.context().close();
  await web.token('agent', 'cursor for ben', {
    agent: { host: 'cursor', person: 'ben' },
    created_by: 'ben',
    created_at: Date.now() - month / 2,
    expires_at: Date.now() + month / 2,
    last_used_at: Date.now() - 3 * 3_600_000,
  });
  return {
    windowId: window.window_id,
    endedId: ended.window_id,
    planId: String(stop['plan_id']),
    ...audio,
    ...ids,
  };
}

/** A name and an address for each page, dialogs too. */
export const pagesOf = (house: House): [name: string, path: string][] => [
  ['now', ''],
  ['open', '?open=web'],
  ['services', 'services'],
  ['service', 'services/box/web'],
  ['windows', 'windows'],
  ['window', `windows/${house.windowId}`],
  ['receipt', `windows/${house.endedId}`],
  ['plans', 'plans'],
  ['plan', `plans/${house.planId}`],
  ['review', `plans/${house.planId}?review`],
  ['chat', 'chat'],
  ['tasks', 'tasks'],
  ['task', `tasks/${house.deadTask}`],
  ['run', 'tasks?run'],
  ['checks', 'checks'],
  ['check', `checks/${house.failedRun}`],
  ['checking', `checks/${house.liveRun}`],
  ['run-checks', 'checks?run'],
  ['repairs', 'repairs'],
  ['repair', `repairs/${house.waitingRepair}`],
  ['repair-review', `repairs/${house.waitingRepair}?review`],
  ['repair-ended', `repairs/${house.endedRepair}`],
  ['start-repair', `repairs?start=${house.failedRun}`],
  ['incidents', 'incidents'],
  ['incident', `incidents/${house.incident}`],
  ['acknowledge', `incidents/${house.incident}?ack`],
  ['drift', 'drift'],
  ['patch', 'drift?patch=web'],
  ['routing', 'routing'],
  ['decision', `routing/${house.decision}`],
  ['models', `models?job=${house.failedPull}`],
  ['pull', 'models?pull'],
  ['audio', 'audio'],
  ['master', `audio?master=${encodeURIComponent('song.wav')}`],
  ['mix', 'audio?mix'],
  ['compare', 'audio?compare'],
  ['audio-job', `audio/${house.audioJob}`],
  ['audio-live', `audio/${house.liveAudio}`],
  ['schedules', 'schedules'],
  ['add-schedule', 'schedules?add'],
  ['notifications', 'notifications'],
  ['agents', 'agents'],
  ['let-in', 'agents?open'],
  ['audit', 'audit'],
  ['settings', 'settings'],
];
