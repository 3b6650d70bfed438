import type { Registry } from 'prom-client';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import { hostPressure } from '../autonomy.ts';
import type { TemporalConnection } from '../temporal.ts';
import { createAnts } from './ants.ts';
import { createDrift } from './drift.ts';
import { createModels, prepareModelsFolder } from './models.ts';
import { createNotices } from './notices.ts';
import { createPrograms } from './programs.ts';
import { createSchedules } from './schedules.ts';
import { createWindowSchedules } from './window-schedules.ts';

interface FeatureSettings {
  home: string;
  /** The key of the installation; null if there is none. */
  key: string | null;
  registry: Registry;
  /** Whether this process also tells of plans. */
  ownsPlans: boolean;
  /** Hosts with private addresses that notifications may be sent to. */
  notifyAllow: string[];
}

type Round = [name: string, everyMs: number, work: () => Promise<void>];

/** How soon what a crash left unstarted is started. */
const startMs = 5000;
/** How soon a notice that waits for nothing is sent. */
const noticesMs = 2000;
/** How often the length of a model that is being pulled is stored. */
const progressMs = 2000;

/** The capabilities of a host that need only its power and Temporal, and nothing of each other. */
export async function createFeatures(
  power: PowerHost,
  temporal: TemporalConnection,
  { home, key, registry, ownsPlans, notifyAllow }: FeatureSettings,
) {
  const schedules = createSchedules(power, temporal, registry);
  const windowSchedules = createWindowSchedules(power, temporal);
  const programs = createPrograms(power, temporal, registry);
  const models = createModels(power, temporal, registry);
  const drift = createDrift(power, temporal, { registry, key });
  const ants = createAnts(power, { home, registry, pressure: hostPressure });
  const notices = createNotices(power, registry, {
    home,
    ownsPlans,
    allowed: notifyAllow,
    env: process.env,
  });
  await prepareModelsFolder(home);
  const rounds: Round[] = [
    ['schedules', startMs, schedules.round],
    ['window schedules', startMs, windowSchedules.round],
    ['programs', startMs, programs.round],
    ['models', startMs, models.round],
    ['model progress', progressMs, models.progress],
    ['drift', startMs, drift.round],
    ['notices', noticesMs, notices],
  ];
  return {
    rounds,
    activities: {
      ...schedules.activities,
      ...windowSchedules.activities,
      ...programs.activities,
      ...models.activities,
      ...drift.activities,
      ...ants.activities,
    },
    /** To be called with every new connection to Temporal. */
    connected: ants.connected,
  };
}
