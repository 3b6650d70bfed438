import { looks, type Sighting } from '../../../domain/incidents/ant.ts';
import { eventsOf } from '../../../domain/incidents/storm.ts';
import { noticeOfEvent } from '../../../domain/notices/notices-of-event.ts';
import { AHost, sighting } from '../../../test/domain/incidents/a-host.ts';
import type { Measure, Result } from '../../measure.ts';
import { figures, timed } from '../../sample.ts';

const subjects = 50;
const occurrences = 10_000;
const stormed = 300;

const unhealthy = (nth: number): Sighting =>
  sighting({ service: `s${nth}`, rule: looks(1, 3), title: `s${nth} is unhealthy` });

/** How much many looks and a storm of trouble become. */
export const incidents: Measure = {
  name: 'incidents',
  async compute() {
    return [await many(), storm()];
  },
};

/** The same trouble, seen again and again. */
async function many(): Promise<Result> {
  const host = new AHost();
  const all = Array.from({ length: subjects }, (_, nth) => unhealthy(nth));
  const [took] = await timed(async () => {
    for (let seen = 0; seen < occurrences; seen += subjects) host.look(all);
  });
  const found = host.list.length;
  return {
    name: `incidents of ${occurrences} sightings of ${subjects} subjects`,
    unit: 'count',
    ours: figures([found]),
    plain: null,
    bar: `= ${subjects}`,
    met: found === subjects,
    n: 1,
    notes: [`${(took / (occurrences / subjects)).toFixed(1)} ms a round of ${subjects}`],
  };
}

/** Everything fails in one round. */
function storm(): Result {
  const host = new AHost();
  const judged = host.look(Array.from({ length: stormed }, (_, nth) => unhealthy(nth)));
  const events = eventsOf(judged.announced, host.at);
  const notices = events.flatMap((event) => {
    const record = { ...event, seq: 1, at: new Date(host.at).toISOString(), payload: {} };
    const full = { ...record, payload: event.payload ?? {} };
    return noticeOfEvent(full as unknown as Parameters<typeof noticeOfEvent>[0]) ?? [];
  });
  return {
    name: `notices of a storm of ${stormed} incidents`,
    unit: 'count',
    ours: figures([notices.length]),
    plain: null,
    bar: '= 1',
    met: notices.length === 1 && host.list.length === stormed,
    n: 1,
    notes: [`${host.list.length} incidents`],
  };
}
