import type { Incident } from '../../contracts/incidents.ts';
import type { ScannerIntentBody } from '../../contracts/rails.ts';
import { triageOf } from '../../domain/incidents/triage.ts';
import { routedEvent } from '../../domain/autonomy/routed-event.ts';
import { sha256 } from '../../platform/hash.ts';
import type { AntDeps } from './deps.ts';

/** Of one round; more have no plan of their own, and each incident is in the list. */
const mostSent = 20;

/**
 * Sends incidents to the lanes of the rails, as a scanner's intents: once for each incident and severity. Only madre acts, by
 * plans that its lanes allow.
 */
export async function notifyLanes(
  { store, clock, log }: Pick<AntDeps, 'store' | 'clock' | 'log'>,
  incidents: readonly Incident[],
): Promise<void> {
  for (const one of incidents.slice(0, mostSent)) {
    await take(one).catch((error: unknown) =>
      log.warn({ err: error, incident_id: one.incident_id }, 'a lane could not be informed'),
    );
  }

  async function take(one: Incident): Promise<void> {
    const { incident_id, severity, title, description, kind, service, subkey, host } = one;
    const { domain, intent_type, urgency } = triageOf(one);
    const payload: ScannerIntentBody['payload'] = {
      domain,
      intent_type,
      urgency,
      summary: title.slice(0, 500),
      details: { incident_id, kind, service, subkey, host, description },
      requester: 'reina',
    };
    const at = clock();
    const intent_id = `intent-${sha256(`${incident_id} ${severity} ${one.reopened}`).slice(0, 16)}`;
    if ((await store.rails.find(intent_id)) !== null) return;
    const source = 'hormiguero';
    const names = { intent_id, source, domain, intent_type, correlation_id: incident_id };
    const about = { ...names, at, actor: source };
    await store.rails.take(
      { ...about, type: 'incident', urgency, payload_json: JSON.stringify(payload) },
      routedEvent(about),
    );
  }
}
