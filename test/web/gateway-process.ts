/**
 * A gateway for the browser tests, in a process of its own: `node test/web/gateway-process.ts STORE_URL PORT VERSION`.
 * Its madre plans with madre's own code, and plans are decided as their workflow would; nothing carries them out.
 * Messages from its parent: `cut` ends every connection.
 */
import { dirname } from 'node:path';
import { createChat } from '../../activities/plans/chat.ts';
import { control } from '../../activities/plans/control.ts';
import { createPlanEventBus } from '../../activities/plans/plan-event-bus.ts';
import { revertPatch } from '../../activities/plans/revert-patch.ts';
import type { PlanDeps } from '../../activities/plans/ports.ts';
import { noLlm } from '../../activities/providers/language-models.ts';
import { endedAudio } from '../../domain/audio/job.ts';
import { createMadrePort } from '../../gateway/madre/client.ts';
import { connectTemporal } from '../../gateway/temporal/port.ts';
import { audioFolders } from '../../platform/audio-folder.ts';
import { uiFolder } from '../../platform/ui-folder.ts';
import { openStore } from '../../store/index.ts';
import { beat, startGateway } from '../gateway/fixture.ts';
import { planRun } from '../gateway/plans/plan-fixture.ts';
import { planDepsOn } from './plan-deps.ts';

const [storeUrl, port, version] = process.argv.slice(2) as [string, string, string];
const store = await openStore(storeUrl);
const eventBus = createPlanEventBus();
const deps: PlanDeps = {
  ...planDepsOn(store),
  stepped: (plan, step) => eventBus.step(plan, step),
  ended: (plan) => eventBus.end(plan),
};
const gateway = await startGateway({
  config: {
    version,
    uiFolder,
    maxStreams: 100,
    allowedHosts: ['localhost', '127.0.0.1'],
    audio: audioFolders(dirname(storeUrl.slice('sqlite:'.length))),
  },
  deps: {
    store: () => store,
    madre: {
      ...createMadrePort('http://127.0.0.1:1'),
      health: async () => undefined,
      chat: createChat({ ...deps, llm: noLlm, eventBus }),
      control: (call) => control(deps, call),
      revert: (call) => revertPatch(deps, call),
    },
    temporal: {
      ...connectTemporal('127.0.0.1:1', 'default'),
      health: async () => undefined,
      plans: planRun(() => store, []),
      startRepair: async () => undefined,
      cancelRepair: async () => undefined,
      startAudio: async () => undefined,
      cancelAudio: async (id) => {
        const end = {
          ok: false,
          cancelled: true,
          cause: 'cancelled',
          detail: 'ana cancelled it.',
        } as const;
        await store.audio.change(id, (job) => ({
          view: endedAudio(job, end, Date.now()),
          events: [],
        }));
      },
    },
  },
});
await gateway.app.listen({ host: '127.0.0.1', port: Number(port) });
await beat(store);
setInterval(() => void beat(store), 2000);
process.on('message', (message) => {
  if (message === 'cut') gateway.app.server.closeAllConnections();
});
process.on('disconnect', () => process.exit());
process.send!('ready');
