import type { Registry } from 'prom-client';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import { hostPressure } from '../autonomy.ts';
import type { TemporalConnection } from '../temporal-connection.ts';
import type { TraceFields } from '../trace-fields.ts';
import { createAnts } from './ants.ts';
import { createAudio } from './audio.ts';
import { createDrift } from './drift.ts';
import { createModels, prepareModelsFolder } from './models.ts';
import { createNotices } from './notices.ts';
import { createPrograms } from './programs.ts';
import { createSchedules } from './schedules.ts';
import { createTraces } from './traces.ts';
import { createWindowSchedules } from './window-schedules.ts';

interface FeatureSettings {
  home: string;
  /** The key of the installation; null if there is none. */
  key: string | null;
  registry: Registry;
  /** The folder of Docker's config.json. */
  dockerConfig: string;
  /** Whether this process also reports what belongs to no host: plans. */
  ownsPlans: boolean;
  /** Hosts with private addresses that notifications may be sent to. */
  notifyAllow: string[];
  /** Whether Temporal sleeps. */
  isAsleep: () => boolean;
  /** What adds the traces to log lines. */
  traceFields: TraceFields;
}

type Round = [name: string, everyMs: number, work: () => Promise<void>];

/** How soon what a crash left unstarted is started. */
const startMs = 5000;
/** How soon a notice that waits for nothing is sent. */
const noticesMs = 2000;
/** How soon what has happened is sent as traces. */
const tracesMs = 2000;
/** How often the length of a model is stored while it is being pulled. */
const progressMs = 2000;
/** How soon an ant looks that an event has woken; without one this reads nothing. */
const wokenMs = 3000;
/** How often what nobody owns is looked for in the folders of audio. */
const sweepMs = 60_000;

/** The capabilities of a host that need only its power and Temporal, and nothing of each other. */
export async function createFeatures(
  power: PowerHost,
  temporal: TemporalConnection,
  {
    home,
    key,
    registry,
    dockerConfig,
    ownsPlans,
    notifyAllow,
    isAsleep,
    traceFields,
  }: FeatureSettings,
) {
  const schedules = createSchedules(power, temporal, registry);
  const windowSchedules = createWindowSchedules(power, temporal);
  const programs = createPrograms(power, temporal, registry);
  const models = createModels(power, temporal, registry);
  const drift = createDrift(power, temporal, { registry, key });
  const audio = await createAudio(power, temporal, { registry, home });
  const ants = createAnts(power, {
    home,
    registry,
    key,
    dockerConfig,
    pressure: hostPressure,
  });
  const notices = createNotices(power, registry, {
    home,
    ownsPlans,
    allowed: notifyAllow,
    env: process.env,
  });
  const traces = await createTraces(power, { registry, ownsPlans, fields: traceFields });
  await prepareModelsFolder(home);
  const rounds: Round[] = [
    ['schedules', startMs, schedules.round],
    ['window schedules', startMs, windowSchedules.round],
    ['programs', startMs, programs.round],
    ['models', startMs, models.round],
    ['model progress', progressMs, models.progress],
    ['drift', startMs, drift.round],
    ['notices', noticesMs, notices],
    ...(traces === null ? [] : ([['traces', tracesMs, traces]] satisfies Round[])),
    ['audio', startMs, audio.round],
    ['audio progress', progressMs, audio.progress],
    ['audio folders', sweepMs, audio.sweep],
    ['ants', ants.everyMs, async () => (isAsleep() ? ants.lookAlone() : undefined)],
    ['woken ants', wokenMs, ants.lookSoon],
  ];
  return {
    rounds,
    activities: {
      ...schedules.activities,
      ...windowSchedules.activities,
      ...programs.activities,
      ...models.activities,
      ...drift.activities,
      ...audio.activities,
      ...ants.activities,
    },
    /** To be called with every new connection to Temporal. */
    connected: ants.connected,
  };
}
