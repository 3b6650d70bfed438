import { useCallback } from 'react';
import { Link, useLocation } from 'wouter';
import type { ServiceStatus } from '../../../contracts/service.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { Status } from '../../live/answers.ts';
import { useFresh } from '../../live/live.ts';
import { useStatus } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { Button, LinkButton } from '../../parts/button.tsx';
import { Answer, Empty, Facts, Page, Section } from '../../parts/page.tsx';
import { Quoted, Said } from '../../parts/said.tsx';
import { TimeLeft } from '../../parts/time.tsx';
import { useControl } from '../../things/control.tsx';
import { ServiceMark } from '../../things/services/service-mark.tsx';
import { WindowMark } from '../../things/window-mark.tsx';
import { Detail } from './detail.tsx';
import styles from './services.module.css';
import { words } from './words.ts';

/** One service: how it is and why, what holds it up, what it is made of, and how it last went down. */
export function ServicePage({ host, name }: { host: string; name: string }) {
  const t = useWords(words);
  const status = useStatus();
  const service = status.data?.services.find((one) => one.name === name && one.host === host);
  return (
    <Page
      title={<Said>{name}</Said>}
      aside={service !== undefined && service.tier === 'window' && <Acts service={service} />}
    >
      <Answer of={status} rows={5}>
        {(data) =>
          service === undefined ? (
            <Empty act={<LinkButton to="/services">{t.title}</LinkButton>}>{t.none}</Empty>
          ) : (
            <>
              <Facts
                of={[
                  [t.state, <ServiceMark key="state" service={service} windows={data.windows} />],
                  [t.container, service.state],
                  [t.host, <Said key="host">{host}</Said>],
                  [t.tier, t[service.tier]],
                  service.reason === null || service.health === 'off_by_policy'
                    ? null
                    : [
                        t.why,
                        <Said key="why" english>
                          {service.reason}
                        </Said>,
                      ],
                  service.note === null
                    ? null
                    : [
                        t.about,
                        <Said key="note" english>
                          {service.note}
                        </Said>,
                      ],
                ]}
              />
              <Section title={t.held} count={service.window_ids.length}>
                <Held service={service} status={data} />
              </Section>
              <Detail host={host} name={name} />
            </>
          )
        }
      </Answer>
    </Page>
  );
}

function Held({ service, status }: { service: ServiceStatus; status: Status }) {
  const t = useWords(words);
  const windows = status.windows.filter(({ window_id }) => service.window_ids.includes(window_id));
  if (windows.length === 0) return <p className={styles['quiet']}>{t.notHeld}</p>;
  return (
    <ul>
      {windows.map((window) => (
        <li key={window.window_id} className={styles['held']}>
          <WindowMark window={window} />
          <Link to={`/windows/${window.window_id}`}>
            <Said>{window.owner}</Said>
          </Link>
          {window.reason !== null && <Quoted>{window.reason}</Quoted>}
          {window.expires_at === null ? (
            t.noEnd
          ) : (
            <TimeLeft until={window.expires_at} madre={status.madre_available} />
          )}
        </li>
      ))}
    </ul>
  );
}

function Acts({ service }: { service: ServiceStatus }) {
  const t = useWords(words);
  const mayChange = useMay('operator');
  const fresh = useFresh();
  const [, go] = useLocation();
  const control = useControl();
  const { name, host } = service;
  const act = useAct(
    useCallback(
      ({ key, onLost }, action: 'stop' | 'restart') =>
        control(key, onLost, { action, target: name, params: { host } }),
      [control, name, host],
    ),
  );
  if (!mayChange) return null;
  const on = service.health !== 'off_by_policy';
  const blocked = fresh ? {} : { blocked: '…' };
  return (
    <>
      <Button weight="primary" about={name} onPress={() => go(`/?open=${name}`)}>
        {t.open}
      </Button>
      {on && (
        <>
          <Button {...blocked} about={name} busy={act.busy} onPress={() => void act.run('restart')}>
            {t.restart}
          </Button>
          <Button {...blocked} about={name} busy={act.busy} onPress={() => void act.run('stop')}>
            {t.stop}
          </Button>
        </>
      )}
      <ActFailure state={act.state} />
    </>
  );
}
