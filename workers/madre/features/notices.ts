import { Counter, type Registry } from 'prom-client';
import { stackFolder } from '../../../activities/compose/stack-folder.ts';
import { createDeliver } from '../../../activities/notices/deliver.ts';
import { createNoticeRound } from '../../../activities/notices/round.ts';
import { secretReader } from '../../../activities/notices/secrets.ts';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import { noNotify } from '../../../domain/notices/read-notify.ts';

interface NoticeSettings {
  home: string;
  ownsPlans: boolean;
  allowed: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
}

/** The round that notifies people of what happened on one host. */
export function createNotices(
  { host, store, clock, catalog, compose }: PowerHost,
  registry: Registry,
  { home, ownsPlans, allowed, env }: NoticeSettings,
): () => Promise<void> {
  const tries = new Counter({
    name: 'vx11_notice_tries_total',
    help: 'Tries to send a message to a channel, by what became of it',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
  });
  const secret = secretReader(env, () => stackFolder(compose.named), home);
  return createNoticeRound({
    host,
    store,
    clock,
    ownsPlans,
    declared: async () => (await catalog.current()).notify ?? noNotify,
    deliver: createDeliver({ host, allowed, secret, clock }),
    random: () => Math.random(),
    metrics: { tried: (channel, outcome) => tries.inc({ channel, outcome }) },
  });
}
