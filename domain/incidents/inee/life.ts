import type { ColonyStage } from '../../../contracts/inee.ts';

const adultBeats = 3;
const adultWithinMs = 180_000;
const lostAfterMs = 300_000;

/** The life of a colony as it is stored. `beats` holds its last heartbeats, oldest first, in epoch ms; at most three. */
export interface Life {
  stage: Exclude<ColonyStage, 'lost'>;
  beats: readonly number[];
}

export const egg: Life = { stage: 'egg', beats: [] };

/** The stage at `now`: a colony without a heartbeat for 5 min is lost. */
export function stageAt({ stage, beats }: Life, now: number): ColonyStage {
  const last = beats.at(-1);
  return last !== undefined && now - last > lostAfterMs ? 'lost' : stage;
}

/** The life after a heartbeat at `now`. A lost colony begins again as a larva. */
export function afterHeartbeat(life: Life, now: number): Life {
  const before = stageAt(life, now);
  const beats = [...(before === 'lost' ? [] : life.beats), now].slice(-adultBeats);
  const isAdult = beats.length === adultBeats && now - beats[0]! <= adultWithinMs;
  return { stage: before === 'adult' || isAdult ? 'adult' : 'larva', beats };
}
