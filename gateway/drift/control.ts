import type { DriftAudit, DriftAuditAnswer, DriftAuditBody } from '../../contracts/drift.ts';
import { idOnce } from '../temporal/id-once.ts';
import { auditHasEnded, comparesAll, queuedAudit } from '../../domain/drift/audit.ts';
import { isoTime } from '../../platform/time.ts';
import type { Actor } from '../../workflows/messages.ts';
import type { GatewayDeps } from '../deps.ts';
import type { ReadModel } from '../reads/read-model.ts';
import { waitUntilStored } from '../reads/wait-for-store.ts';
import { neverStarted, startStored } from '../temporal/start-stored.ts';
import { awakeManifestator } from './asleep.ts';
import { byWeight } from './by-weight.ts';

const callLimitMs = 5000;
/** How long an answer waits for the end of its audit. */
const answerMs = 8000;

/** Starts audits of drift. */
export interface DriftControl {
  /**
   * Stores an audit, starts its workflow and waits a while for its end; joins one that runs on the host and compares all that is
   * asked for. Answers with a refusal, not an error, while policy keeps manifestator asleep. Throws errors of Temporal.
   * @param repeatKey shared by all retries of a request, which start one audit; null without an Idempotency-Key
   */
  audit(body: DriftAuditBody, sender: Actor, repeatKey: string | null): Promise<DriftAuditAnswer>;
}

export function createDriftControl(
  { store, temporal, clock }: Pick<GatewayDeps, 'store' | 'temporal' | 'clock'>,
  model: ReadModel,
): DriftControl {
  const begin = async (audit: DriftAudit, created: boolean): Promise<void> => {
    if (auditHasEnded(audit)) return;
    const { cause, detail } = neverStarted;
    const end = (view: DriftAudit) => ({
      view: { ...view, status: 'failed' as const, cause, detail, finished_at: isoTime(clock()) },
      events: [],
    });
    await startStored(
      () => temporal.startAudit(audit, { limitMs: callLimitMs }),
      created ? () => store().drift.change(audit.audit_id, end) : null,
    );
  };
  /** @param modules the services that are asked for; null for all */
  const answerOf = async (
    { audit_id, host }: DriftAudit,
    modules: string[] | null,
  ): Promise<DriftAuditAnswer> => {
    const find = () => store().drift.find(audit_id);
    const ended = await waitUntilStored(
      store,
      find,
      auditHasEnded,
      AbortSignal.timeout(answerMs),
    ).catch(find);
    const isDone = ended !== null && auditHasEnded(ended);
    const found = isDone ? await store().drift.findings(host) : [];
    const items = found
      .filter(({ service }) => modules === null || (service !== null && modules.includes(service)))
      .toSorted(byWeight);
    return {
      status: !isDone ? 'QUEUED' : ended.status === 'done' ? 'DONE' : 'FAILED',
      timestamp: isoTime(clock()),
      drift_items: items.filter(({ state }) => state === 'drift').length,
      items,
      audit: ended,
      error: null,
      hint: null,
    };
  };
  const refusal = (hint: string): DriftAuditAnswer => ({
    status: 'ERROR',
    timestamp: isoTime(clock()),
    drift_items: 0,
    items: [],
    audit: null,
    error: 'off_by_policy',
    hint,
  });

  return {
    async audit({ host: named, modules = null, include_tests = false }, sender, repeatKey) {
      const audit_id = idOnce('audit', repeatKey);
      const known = await store().drift.find(audit_id);
      if (known !== null) {
        await begin(known, false);
        return answerOf(known, known.modules);
      }
      const awake = awakeManifestator(await model.snapshot(), clock(), named);
      if ('hint' in awake) return refusal(awake.hint);
      const { host } = awake;
      const asked = { modules, include_tests };
      const running = (await store().drift.live(host)).find((one) => comparesAll(one, asked));
      if (running !== undefined) return answerOf(running, modules);
      const { actor: owner, correlation_id } = sender;
      const request = { audit_id, host, owner, correlation_id, ...asked };
      const audit = queuedAudit(request, clock());
      const written = await store().drift.create(audit, [], sender.principal ?? null);
      await begin(written.view, written.created);
      return answerOf(written.view, modules);
    },
  };
}
