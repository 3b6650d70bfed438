import type { Instance, WakeState } from '../../domain/wake/instance.ts';
import type { Session, SessionEntry } from './sessions.ts';
import type { Target } from './targets.ts';

/** Sablier's words for the states of an instance. */
const statuses: Record<WakeState, string> = {
  ready: 'ready',
  starting: 'starting',
  asleep: 'stopped',
  refused: 'error',
};

/** A service as Sablier shows an instance. */
export const instanceJson = (
  { service, wake }: Target,
  { state, detail }: Pick<Instance, 'state' | 'detail'>,
) => ({
  name: service.name,
  currentReplicas: state === 'ready' ? service.replicas : 0,
  desiredReplicas: service.replicas,
  status: statuses[state],
  ...(wake.groups.length > 0 && { groups: wake.groups }),
  enabled: 'true',
  ...(detail !== null && { message: detail }),
  provider: 'docker',
});

const entryJson = ({ target, instance }: SessionEntry) => ({
  instance: instanceJson(target, instance),
  ...(instance.state === 'refused' && { error: `${instance.code}: ${instance.detail}` }),
});

/** A session as Sablier's blocking and poke strategies answer it; sorted by name. */
export const sessionJson = ({ entries, ready }: Session) => ({
  session: {
    instances: entries
      .toSorted((one, other) => one.target.service.name.localeCompare(other.target.service.name))
      .map(entryJson),
    status: ready ? 'ready' : 'not-ready',
  },
});

/** Those that are not ready, as the problem of a wait that took too long lists them. */
export const instanceProblems = ({ entries }: Session) =>
  entries
    .filter(({ instance }) => instance.state !== 'ready')
    .map(({ target, instance }) => ({
      name: target.service.name,
      status: statuses[instance.state],
      ...(instance.detail !== null && { message: instance.detail }),
    }));
