import { useCallback } from 'react';
import { Link, useLocation } from 'wouter';
import type { ServiceStatus } from '../../../contracts/service.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { Button, Buttons } from '../../parts/button.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Names, Quoted, Said } from '../../parts/said.tsx';
import { Time, TimeLeft } from '../../parts/time.tsx';
import { useControl } from '../../things/control.tsx';
import { nameOf, WindowActs } from '../../things/window-acts.tsx';
import { WindowMark } from '../../things/window-mark.tsx';
import styles from './now.module.css';
import { words } from './words.ts';

export type Sort = 'ends' | 'newest' | 'name';
export const sortOf = (text: string | null): Sort =>
  text === 'newest' || text === 'name' ? text : 'ends';

const endOf = ({ expires_at }: WindowView): string => expires_at ?? '9';
const orders: Record<Sort, (one: WindowView, other: WindowView) => number> = {
  ends: (one, other) => endOf(one).localeCompare(endOf(other)),
  newest: (one, other) => other.requested_at.localeCompare(one.requested_at),
  name: (one, other) => nameOf(one).localeCompare(nameOf(other)),
};

export const Windows = ({
  windows,
  sort,
  madre,
}: {
  windows: readonly WindowView[];
  sort: Sort;
  madre: boolean;
}) =>
  windows
    .toSorted(orders[sort])
    .map((window) => <Row key={window.window_id} window={window} madre={madre} />);

function Row({ window, madre }: { window: WindowView; madre: boolean }) {
  const t = useWords(words);
  const { window_id, services, reason, owner } = window;
  return (
    <li className={styles['row']} data-row={window_id}>
      <WindowMark window={window} />
      <Link to={`/windows/${window_id}`} className={styles['name']}>
        <Names>{services}</Names>
      </Link>
      <span className={styles['time']}>
        <When window={window} madre={madre} />
      </span>
      <span className={styles['why']}>
        {reason === null ? t.noReason : <Quoted>{reason}</Quoted>}
      </span>
      <span className={styles['who']}>
        <Said>{owner}</Said>
      </span>
      <span className={styles['acts']}>
        <WindowActs window={window} />
      </span>
    </li>
  );
}

function When({ window, madre }: { window: WindowView; madre: boolean }) {
  const t = useWords(words);
  const { state, mode, expires_at, opened_at, waiting_for, services_started, members } = window;
  if (state === 'closing') return <>{t.receipt}</>;
  if (state === 'queued' || state === 'requested' || state === 'opening') {
    return (
      <>
        {state === 'opening' && t.ready(services_started.length, members.length)}
        {state === 'opening' && waiting_for !== null && '; '}
        {waiting_for !== null && (
          <>
            {t.waitsFor} <Said>{waiting_for}</Said>
          </>
        )}
      </>
    );
  }
  if (mode === 'hold' || expires_at === null) {
    return (
      <>
        {t.holdSince} {opened_at !== null && <Time at={opened_at} />}
      </>
    );
  }
  return <TimeLeft until={expires_at} madre={madre} />;
}

/** Services that run though no window holds them. */
export const Strays = ({ services }: { services: readonly ServiceStatus[] }) =>
  services.map((service) => <Stray key={`${service.host} ${service.name}`} service={service} />);

function Stray({ service }: { service: ServiceStatus }) {
  const t = useWords(words);
  const mayChange = useMay('operator');
  const [, go] = useLocation();
  const control = useControl();
  const { name, host, note } = service;
  const stop = useAct(
    useCallback(
      ({ key, onLost }) => control(key, onLost, { action: 'stop', target: name, params: { host } }),
      [control, name, host],
    ),
  );
  return (
    <li className={styles['row']} data-row={name}>
      <Mark shape="question" tone="warn">
        stray
      </Mark>
      <Link to={`/services/${host}/${name}`} className={styles['name']}>
        <Said>{name}</Said>
      </Link>
      <span className={styles['time']}>{t.strayText}</span>
      <span className={styles['why']}>{note !== null && <Said english>{note}</Said>}</span>
      <span className={styles['who']}>
        <Said>{host}</Said>
      </span>
      <span className={styles['acts']}>
        {mayChange && (
          <Buttons>
            <Button about={name} onPress={() => go(`/?open=${name}&minutes=10`)}>
              {t.give}
            </Button>
            <Button about={name} busy={stop.busy} onPress={() => void stop.run()}>
              {t.stop}
            </Button>
          </Buttons>
        )}
        <ActFailure state={stop.state} />
      </span>
    </li>
  );
}
