import { hermesService } from '../../contracts/queues.ts';
import { roleAsleep } from './role-asleep.ts';
import type { Snapshot } from './snapshot.ts';

/** What to do while hermes sleeps on a host, or on all. */
export const hermesAsleep = (snapshot: Snapshot, host?: string): string =>
  roleAsleep(snapshot, hermesService, host);
