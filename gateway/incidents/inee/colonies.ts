import { VX11Error } from '../../../contracts/errors.ts';
import type {
  Colony,
  ColonyIntentAnswer,
  SubmitColonyIntentBody,
} from '../../../contracts/inee.ts';
import { recordedAs } from '../../../domain/incidents/inee/intent.ts';
import { afterHeartbeat, stageAt, type Life } from '../../../domain/incidents/inee/life.ts';
import { isoTime, isoTimeOrNull } from '../../../platform/time.ts';
import type { NewColonyEvent, StoredColony } from '../../../store/incidents/inee.ts';
import { takeIntent } from '../take-intent.ts';
import type { IneeContext } from './context.ts';

/** The source of colonies' intents in the rails, and the domain of their lanes. */
export const ineeSource = 'inee';

/** Who acts for a colony, and under which correlation id. */
export interface ColonyActor {
  actor: string;
  correlation_id: string;
}

export const unknownColony = (id: string): VX11Error =>
  new VX11Error('colony_not_found', `${id} is not registered here.`);

export function colonyView(stored: StoredColony, now: number): Colony {
  const { colony_id, remote_url, agent_count, heartbeats, intents, registered_by } = stored;
  const life = stored.life as Life;
  return {
    colony_id,
    remote_url,
    stage: stageAt(life, now),
    last_heartbeat: isoTimeOrNull(life.beats.at(-1) ?? null),
    agent_count,
    rewards: { heartbeats, intents },
    registered_at: isoTime(stored.registered_at),
    registered_by,
  };
}

/** Takes a heartbeat; a change of the stage is in the audit. Throws `colony_not_found`. */
export async function takeHeartbeat(
  { store, clock }: IneeContext,
  colony_id: string,
  by: ColonyActor,
): Promise<Colony> {
  const now = clock();
  const stored = await store().inee.beat(colony_id, (before) => {
    const life = afterHeartbeat(before as Life, now);
    const [from, to] = [stageAt(before as Life, now), life.stage];
    const event: NewColonyEvent = {
      at: now,
      what: 'stage_changed',
      colony_id,
      ...by,
      detail: { from, to },
    };
    return { life, event: from === to ? null : event };
  });
  if (stored === null) throw unknownColony(colony_id);
  return colonyView(stored, now);
}

/**
 * Sends an intent of a colony to the rails, as a finding of a scanner: only madre acts, by the plans that its lane allows.
 * Throws `colony_not_found`.
 */
export async function takeColonyIntent(
  context: IneeContext,
  asked: SubmitColonyIntentBody,
  by: ColonyActor,
): Promise<ColonyIntentAnswer> {
  const { remote_colony_id: colony_id, payload } = asked;
  const { inee } = context.store();
  if ((await inee.find(colony_id)) === null) throw unknownColony(colony_id);
  const recorded = recordedAs(asked.intent_type, context.inee.execution);
  const { recorded_as: intent_type, operation } = recorded;
  const about = asked.correlation_id ?? by.correlation_id.slice(0, 63);
  const {
    task_id: _task,
    intent_log_id: _log,
    ...taken
  } = await takeIntent(context, {
    type: operation,
    source: ineeSource,
    actor: by.actor,
    correlation_id: `${colony_id}:${about}`, // two colonies never share an intent
    payload: {
      domain: ineeSource,
      intent_type,
      details: { colony_id, asked: asked.intent_type, payload },
      requester: colony_id,
      ...(typeof payload['summary'] === 'string' && { summary: payload['summary'].slice(0, 500) }),
    },
  });
  const { intent_id, correlation_id } = taken;
  await inee.countIntent(colony_id, {
    at: context.clock(),
    what: 'intent_submitted',
    colony_id,
    actor: by.actor,
    correlation_id,
    detail: { intent_id, asked: asked.intent_type, recorded_as: intent_type },
  });
  return { ...taken, colony_id, ...recorded };
}
