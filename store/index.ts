import { retry } from '../platform/concurrency/retry.ts';
import { createActionStore, type ActionStore } from './plans/actions.ts';
import { createAuditStore, type AuditStore } from './system/audit.ts';
import { createAutonomyStore, type AutonomyStore } from './autonomy/autonomy.ts';
import { createCheckStore, type CheckStore } from './checks/check-runs.ts';
import { createScheduleStore, type ScheduleStore } from './checks/schedules.ts';
import { createConnection, isBusy } from './core/connection.ts';
import { createChanges, type Revisions, type StoreChanges } from './core/changes.ts';
import { openDatabase } from './core/dialect.ts';
import { appendEvents as append, createEventStore, type EventStore } from './core/events.ts';
import type { StoreFault } from './core/fault.ts';
import { createHostLeaseStore, type HostLeaseStore } from './system/host-lease.ts';
import { createIdempotencyStore, type IdempotencyStore } from './system/idempotency.ts';
import { createIntentStore, type IntentStore } from './plans/intents.ts';
import { createLeaseStore, type LeaseStore } from './windows/leases.ts';
import { createLiveWorkStore, type LiveWorkStore } from './system/live-work.ts';
import { createLlmCallStore, type LlmCallStore } from './autonomy/llm-calls.ts';
import { isBehind, migrate } from './migrations/index.ts';
import { createMessages, type Messages } from './notices/messages.ts';
import { createOutbox, type Outbox } from './notices/outbox.ts';
import {
  createWindowScheduleStore,
  type WindowScheduleStore,
} from './schedules/window-schedules.ts';
import { createModelStore, type ModelStore } from './models/models.ts';
import { createModuleHealthStore, type ModuleHealthStore } from './system/module-health.ts';
import type { PlanStore } from './plans/plan-store.ts';
import { createPlanStore } from './plans/plans.ts';
import { createPresenceStore, type PresenceStore } from './system/presence.ts';
import { createProgramStore, type ProgramStore } from './programs/programs.ts';
import { createAudioBatchStore, type AudioBatchStore } from './audio/batches.ts';
import { createAudioStore, type AudioStore } from './audio/audio.ts';
import { createDriftStore, type DriftStore } from './drift/drift.ts';
import { createRailsStore, type RailsStore } from './incidents/rails.ts';
import { createPatchStore, type PatchStore } from './repair/patches.ts';
import { createRepairStore, type RepairStore } from './repair/repairs.ts';
import { createRoutingStore, type RoutingStore } from './routing/routing.ts';
import { createAntStore, type AntStore } from './incidents/ants.ts';
import { createIncidentStore, type IncidentStore } from './incidents/incidents.ts';
import { createIneeStore, type IneeStore } from './incidents/inee.ts';
import { createReportStore, type ReportStore } from './incidents/reports.ts';
import { createRetentionStore, type RetentionStore } from './system/retention.ts';
import { createServiceStore, type ServiceStore } from './windows/services.ts';
import { createSettingsStore, type SettingsStore } from './system/settings.ts';
import { createTaskOutputStore, type TaskOutputStore } from './tasks/task-output.ts';
import { createTaskStore, type TaskStore } from './tasks/tasks.ts';
import { createSessionStore, type SessionStore } from './plans/sessions.ts';
import { createTokenStore, type TokenStore } from './system/tokens.ts';
import { createWebSessionStore, type WebSessionStore } from './system/web-sessions.ts';
import { createTraceStore, type TraceStore } from './traces/traces.ts';
import { createWindowStore, type WindowStore } from './windows/windows.ts';

/** Everything that VX11 stores. Every call may throw `store_unavailable`. */
export interface Store {
  windows: WindowStore;
  leases: LeaseStore;
  services: ServiceStore;
  events: EventStore;
  tasks: TaskStore;
  taskOutput: TaskOutputStore;
  intents: IntentStore;
  plans: PlanStore;
  sessions: SessionStore;
  actions: ActionStore;
  settings: SettingsStore;
  tokens: TokenStore;
  webSessions: WebSessionStore;
  idempotency: IdempotencyStore;
  presence: PresenceStore;
  hostLease: HostLeaseStore;
  liveWork: LiveWorkStore;
  llmCalls: LlmCallStore;
  audit: AuditStore;
  autonomy: AutonomyStore;
  moduleHealth: ModuleHealthStore;
  rails: RailsStore;
  reports: ReportStore;
  incidents: IncidentStore;
  ants: AntStore;
  inee: IneeStore;
  checks: CheckStore;
  schedules: ScheduleStore;
  repairs: RepairStore;
  patches: PatchStore;
  programs: ProgramStore;
  windowSchedules: WindowScheduleStore;
  outbox: Outbox;
  messages: Messages;
  traces: TraceStore;
  routing: RoutingStore;
  models: ModelStore;
  drift: DriftStore;
  audio: AudioStore;
  audioBatches: AudioBatchStore;
  retention: RetentionStore;
  changes: StoreChanges;
  /** Changes with every commit of any process: the same text twice means that nothing changed. */
  revision(): string | Promise<string>;
  /** Each changes only with commits that touch its topic. */
  revisions(): Revisions | Promise<Revisions>;
  /**
   * What is wrong with the database itself; null if no fault is known. `met` reports what queries of this process have
   * met; `look` also inspects the file, every 5 s at most. Never throws.
   */
  fault(how?: 'met' | 'look'): Promise<StoreFault | null>;
  close(): Promise<void>;
}

/** Two processes that start at the same moment compete for the file's lock; the later one retries. */
const whileBusy = {
  backoff: { firstMs: 50, longestMs: 75 },
  withinMs: 10_000,
  isWorth: isBusy,
};

/** Whether the tables of a store are not those of this version yet, so that `openStore` would change them. Changes nothing. */
export async function isOlderStore(url: string): Promise<boolean> {
  const database = await retry(() => openDatabase(url), whileBusy);
  try {
    return await isBehind(database);
  } finally {
    await database.close();
  }
}

/**
 * Opens the store and brings its tables up to date; waits while another process does the same.
 * @param url `sqlite:<file>` or `postgres://…`
 */
export async function openStore(url: string): Promise<Store> {
  const database = await retry(() => openDatabase(url), whileBusy);
  try {
    await retry(() => migrate(database), whileBusy);
  } catch (error) {
    await database.close();
    throw error;
  }
  const changes = createChanges(database.commits);
  const connection = createConnection(database, () => changes.committed());
  return {
    windows: createWindowStore(connection, append),
    leases: createLeaseStore(connection),
    services: createServiceStore(connection, append),
    events: createEventStore(connection, append),
    tasks: createTaskStore(connection, append),
    taskOutput: createTaskOutputStore(connection),
    intents: createIntentStore(connection, append),
    plans: createPlanStore(connection, append),
    sessions: createSessionStore(connection),
    actions: createActionStore(connection),
    settings: createSettingsStore(connection),
    tokens: createTokenStore(connection, append),
    webSessions: createWebSessionStore(connection, append),
    idempotency: createIdempotencyStore(connection),
    presence: createPresenceStore(connection),
    hostLease: createHostLeaseStore(connection),
    liveWork: createLiveWorkStore(connection),
    llmCalls: createLlmCallStore(connection),
    audit: createAuditStore(connection, append),
    autonomy: createAutonomyStore(connection, append),
    moduleHealth: createModuleHealthStore(connection),
    rails: createRailsStore(connection, append),
    reports: createReportStore(connection, append),
    incidents: createIncidentStore(connection, append),
    ants: createAntStore(connection),
    inee: createIneeStore(connection),
    checks: createCheckStore(connection, append),
    schedules: createScheduleStore(connection, append),
    repairs: createRepairStore(connection, append),
    patches: createPatchStore(connection, append),
    programs: createProgramStore(connection, append),
    windowSchedules: createWindowScheduleStore(connection, append),
    outbox: createOutbox(connection),
    messages: createMessages(connection),
    traces: createTraceStore(connection),
    routing: createRoutingStore(connection, append),
    models: createModelStore(connection, append),
    drift: createDriftStore(connection, append),
    audio: createAudioStore(connection, append),
    audioBatches: createAudioBatchStore(connection, append),
    retention: createRetentionStore(connection, append),
    changes,
    revision: () => database.revision(),
    revisions: () => database.revisions(),
    fault: (how = 'look') => connection.fault(how),
    close: () => {
      changes.close();
      return database.close();
    },
  };
}
