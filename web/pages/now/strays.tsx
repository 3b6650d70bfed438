import { useCallback } from 'react';
import { Link, useLocation } from 'wouter';
import type { ServiceStatus } from '../../../contracts/service.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { Button, Buttons } from '../../parts/button.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Said } from '../../parts/said.tsx';
import { useControl } from '../../things/control.tsx';
import styles from './now.module.css';
import { words } from './words.ts';

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
