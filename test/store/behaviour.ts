import { afterAll, beforeAll, describe } from 'vitest';
import { openStore } from '../../store/index.ts';
import type { Backend } from './backend.ts';
import { describeAutonomy } from './behaviour/autonomy.ts';
import { describeChanges } from './behaviour/changes.ts';
import { describeEvents } from './behaviour/events.ts';
import { describeIncidents } from './behaviour/features/incidents.ts';
import { describeLeases } from './behaviour/leases.ts';
import { describeNotices } from './behaviour/features/notices.ts';
import { describeTraces } from './behaviour/features/traces.ts';
import { describeModels } from './behaviour/features/models.ts';
import { describePlans } from './behaviour/plans.ts';
import { describeAudio } from './behaviour/features/audio.ts';
import { describeDrift } from './behaviour/features/drift.ts';
import { describePrograms } from './behaviour/features/programs.ts';
import { describeRouting } from './behaviour/features/routing.ts';
import { describeRecords } from './behaviour/records.ts';
import { describeRequests } from './behaviour/requests.ts';
import { describeTasks } from './behaviour/tasks.ts';
import type { StoreUnderTest } from './behaviour/under-test.ts';
import { describeViews } from './behaviour/views.ts';
import { describeWebSessions } from './behaviour/web-sessions.ts';
import { describeWindows } from './behaviour/windows.ts';

/** The store's guarantees: the same tests for every database. */
export function describeStore(kind: string, start: () => Promise<Backend>): void {
  describe(`the store on ${kind}`, () => {
    let at: StoreUnderTest | undefined;
    const under = (): StoreUnderTest => at!;
    beforeAll(async () => {
      const backend = await start();
      const [store, other] = await Promise.all([openStore(backend.url), openStore(backend.url)]);
      at = { kind, backend, store, other };
    });
    afterAll(async () => {
      await at?.store.close();
      await at?.other.close();
      await at?.backend.stop();
    });

    describeWindows(under);
    describeLeases(under);
    describeIncidents(under);
    describePrograms(under);
    describeNotices(under);
    describeTraces(under);
    describeRouting(under);
    describeModels(under);
    describeDrift(under);
    describeAudio(under);
    describeRecords(under);
    describeRequests(under);
    describeWebSessions(under);
    describeTasks(under);
    describeAutonomy(under);
    describePlans(under);
    describeViews(under);
    describeChanges(under);
    describeEvents(under);
  });
}
