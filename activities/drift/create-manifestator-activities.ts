import { judge } from '../../domain/drift/judge.ts';
import { withHeartbeat } from '../heartbeat.ts';
import type { ManifestatorActivities } from './drift-activities.ts';

export const createManifestatorActivities = (): ManifestatorActivities => ({
  judgeFacts: ({ facts }) => withHeartbeat(async () => judge(facts)),
});
