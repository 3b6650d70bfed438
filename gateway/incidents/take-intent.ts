import { VX11Error } from '../../contracts/errors.ts';
import { newId } from '../../contracts/ids.ts';
import type { Lane, ScannerIntentBody, ScannerIntentState } from '../../contracts/rails.ts';
import { routedEvent } from '../../domain/autonomy/routed-event.ts';
import { steerAutonomy } from '../autonomy/control.ts';
import type { GatewayContext } from '../context.ts';

/** A finding, and who sent it. */
interface Finding {
  type: string;
  source: string;
  actor: string;
  correlation_id: string;
  payload: ScannerIntentBody['payload'];
}

/**
 * Records a finding as an intent and routes it to its lane. If that lane lets madre propose a plan, a round of madre is
 * requested.
 */
export async function takeIntent(context: GatewayContext, finding: Finding) {
  const { type, source, actor, correlation_id, payload } = finding;
  const { domain, intent_type, urgency = 'medium' } = payload;
  const now = context.clock();
  const intent_id = newId('intent');
  const about = { intent_id, at: now, source, domain, intent_type, correlation_id, actor };
  const { intent, lane } = await context
    .store()
    .rails.take(
      { ...about, type, urgency, payload_json: JSON.stringify(payload) },
      routedEvent(about),
    );
  const state = intent.status as ScannerIntentState;
  return {
    status: lane === null ? ('lane_missing' as const) : ('accepted' as const),
    state,
    waiting_because: state === 'waiting' ? await roundFor(context, intent.intent_id) : null,
    intent_id: intent.intent_id,
    task_id: intent.decision_id,
    intent_log_id: intent.intent_log_id,
    routing_decision: lane === null ? null : routing(lane),
    correlation_id: intent.correlation_id,
  };
}

/** Requests a round of madre, also while its loop is stopped. @returns what is unavailable, if no round runs at once */
async function roundFor(context: GatewayContext, intentId: string): Promise<string | null> {
  try {
    await steerAutonomy(context, 'round', `for ${intentId}`);
    return null;
  } catch (error) {
    context.logger.warn(
      { err: error, intent_id: intentId },
      'an intent is stored and waits for madre',
    );
    return error instanceof VX11Error ? error.code : 'temporal_unavailable';
  }
}

const routing = ({ lane_id, owner_module, escalation, map_version }: Lane) => ({
  lane_id,
  owner_module,
  escalation,
  map_version,
});
