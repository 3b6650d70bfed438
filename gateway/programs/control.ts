import { idOnce } from '../temporal/id-once.ts';
import type { DiscoverAnswer, DiscoverBody, ProgramScan } from '../../contracts/programs.ts';
import { hermesService } from '../../contracts/queues.ts';
import { endedScan, queuedScan, scanHasEnded } from '../../domain/programs/scan.ts';
import { programTable } from '../../domain/programs/table.ts';
import type { Actor } from '../../workflows/messages.ts';
import type { GatewayDeps } from '../deps.ts';
import type { ReadModel } from '../reads/read-model.ts';
import { hermesAsleep } from '../reads/hermes-asleep.ts';
import { awakeHosts } from '../reads/snapshot.ts';
import { neverStarted, startStored } from '../temporal/start-stored.ts';

const callLimitMs = 5000;

/** Starts scans for programs. */
export interface ProgramControl {
  /**
   * Stores a scan and starts its workflow; joins one that runs on the host, unless only the new one asks every program again.
   * Answers with a refusal, not an error, while policy keeps hermes asleep. Throws errors of Temporal.
   * @param repeatKey shared by all retries of a request, which start one scan; null without an Idempotency-Key
   */
  discover(body: DiscoverBody, sender: Actor, repeatKey: string | null): Promise<DiscoverAnswer>;
}

export function createProgramControl(
  { store, temporal, clock }: Pick<GatewayDeps, 'store' | 'temporal' | 'clock'>,
  model: ReadModel,
): ProgramControl {
  const begin = async (scan: ProgramScan, created: boolean): Promise<void> => {
    if (scanHasEnded(scan)) return;
    const { cause, detail } = neverStarted;
    const end = (view: ProgramScan) => ({
      view: endedScan(view, { ok: false, cause, detail }, clock()),
      events: [],
    });
    await startStored(
      () => temporal.startScan(scan, { limitMs: callLimitMs }),
      created ? () => store().programs.change(scan.scan_id, end) : null,
    );
  };

  return {
    async discover({ host: named, refresh = false }, sender, repeatKey) {
      const scan_id = idOnce('scan', repeatKey);
      const known = await store().programs.find(scan_id);
      if (known !== null) {
        await begin(known, false);
        return queued(known);
      }
      const snapshot = await model.snapshot();
      const awake = awakeHosts(snapshot, hermesService, clock());
      const host = awake.find((one) => named === undefined || one === named);
      if (host === undefined) {
        const hint = hermesAsleep(snapshot, named);
        return { status: 'ERROR', scan: null, error: 'off_by_policy', hint };
      }
      const running = (await store().programs.live(host)).find((one) => one.refresh || !refresh);
      if (running !== undefined) return queued(running);
      const { actor: owner, correlation_id } = sender;
      const request = { scan_id, host, owner, correlation_id, refresh };
      const scan = queuedScan(request, programTable.size, clock());
      const written = await store().programs.create(scan, [], sender.principal ?? null);
      await begin(written.view, written.created);
      return queued(written.view);
    },
  };
}

const queued = (scan: ProgramScan): DiscoverAnswer => ({
  status: 'QUEUED',
  scan,
  error: null,
  hint: null,
});
