import type { MadrePatchCall } from '../../contracts/drift-patch.ts';
import { newId } from '../../contracts/ids.ts';
import type { PatchView } from '../../contracts/patch.ts';
import type { PatchDraft } from '../../domain/drift/patch/draft.ts';
import {
  lossesOf,
  operationWords,
  servicesOf,
  touchedBy,
} from '../../domain/patches/typed/operation-words.ts';
import { readDriftSettings } from '../../domain/drift/settings.ts';
import { unifiedDiff } from '../../domain/patches/unified-diff.ts';
import { sha256 } from '../../platform/hash.ts';
import { isoTime, utcDay } from '../../platform/time.ts';
import { findContainers } from '../power/host/containers.ts';
import type { PowerHost } from '../power/host/host.ts';
import { patchHash } from '../patches/change/patch-hash.ts';
import { hashed } from '../patches/hashed.ts';
import type { Proof } from './prove.ts';

const lifeMs = 86_400_000;
const longestWatch = 600;

type Asked = Pick<MadrePatchCall, 'module_name' | 'issue_description' | 'severity' | 'direction'>;

/** Stores a proved patch. */
export async function storeChange(
  power: PowerHost,
  { module_name, issue_description, severity, direction = 'restore' }: Asked,
  { operations, findings, left }: PatchDraft,
  { files, config_diff, tests }: Proof,
): Promise<PatchView> {
  const now = power.clock();
  const diff = unifiedDiff(files);
  const kept = files.map(hashed);
  const services = servicesOf(operations);
  const patch: PatchView = {
    patch_id: newId('patch'),
    repair_id: null,
    plan_id: null,
    host: power.host,
    cause: issue_description,
    status: 'proposed',
    detail: null,
    diff,
    diff_sha256: sha256(diff),
    files: kept,
    created_at: isoTime(now),
    applied_at: null,
    ended_at: null,
    change: {
      module: module_name,
      reason: issue_description,
      severity,
      direction,
      operations,
      config_diff,
      patch_hash: patchHash({ operations, config_diff }, kept),
      acts: operations.map(operationWords),
      services,
      touches: touchedBy(operations),
      watch_seconds: await watchSeconds(power, services),
      findings: findings.slice(0, 20),
      left,
      loses: lossesOf(operations),
      tests,
      expires_at: isoTime(now + lifeMs),
      before: null,
      commit: null,
    },
  };
  await power.store.patches.create(patch, files);
  return patch;
}

/** What the stack says; at least the start period of a health check and two of its intervals. */
async function watchSeconds(power: PowerHost, services: readonly string[]): Promise<number> {
  const day = utcDay(power.clock());
  const { watch_seconds: asked } = readDriftSettings(power.catalog.settings()['drift'], day);
  const found = await findContainers(power);
  const containers = services.flatMap((name) => found.get(name) ?? []);
  const facts = await Promise.all(containers.map(({ id }) => power.engine.inspect(id)));
  const needed = facts.map((one) =>
    one?.health_check == null ? 0 : Math.ceil((one.health_check.interval_ms * 2) / 1000),
  );
  return Math.min(longestWatch, Math.max(asked, ...needed));
}
