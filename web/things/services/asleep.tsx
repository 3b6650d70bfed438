import { useCallback } from 'react';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { Opened } from '../../live/answers.ts';
import { changeSurely } from '../../live/call.ts';
import { markChanged, useStatus } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { Note } from '../../parts/page.tsx';
import { useBlocked } from '../blocked.ts';

const words = {
  missing: [
    (name: string) =>
      `This stack has no service ${name}. Add the one of VX11’s docker-compose.yml.`,
    (name: string) =>
      `Este stack no tiene el servicio ${name}. Añade el del docker-compose.yml de VX11.`,
  ],
  asleep: [
    (name: string) => `${name} sleeps. Below is what is known from before.`,
    (name: string) => `${name} duerme. Abajo está lo que se sabe de antes.`,
  ],
  open: [(name: string) => `Open ${name} for 10 min`, (name: string) => `Abrir ${name} 10 min`],
  opening: ['opening…', 'abriendo…'],
  opened: [(name: string) => `${name} is open`, (name: string) => `${name} está abierto`],
} as const;

const openSeconds = 600;
const waitSeconds = 60;

/** Whether a service of VX11 is up; `unknown` while the status is not known. */
export function useRole(name: string): 'up' | 'asleep' | 'missing' | 'unknown' {
  const { data } = useStatus();
  if (data === undefined) return 'unknown';
  const found = data.services.filter((one) => one.name === name);
  if (found.length === 0) return 'missing';
  return found.some(({ health }) => health !== 'off_by_policy') ? 'up' : 'asleep';
}

/** Says that a service of VX11 sleeps, and opens it for a while; nothing while it is up. */
export function Asleep({ service }: { service: string }) {
  const t = useWords(words);
  const role = useRole(service);
  const mayOpen = useMay('operator');
  const blocked = useBlocked();
  const open = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const body = { target: service, ttl_seconds: openSeconds, wait_seconds: waitSeconds };
        const within = { body, key, withinMs: (waitSeconds + 30) * 1000 };
        await changeSurely<Opened>('POST', '/vx11/window/open', within, onLost);
        announce(t.opened(service));
        markChanged(['status', 'windows']);
      },
      [service, t],
    ),
  );
  if (role === 'missing') return <Note tone="warn">{t.missing(service)}</Note>;
  if (role !== 'asleep') return null;
  return (
    <>
      <Note
        act={
          mayOpen && (
            <Button busy={open.busy && t.opening} blocked={blocked} onPress={() => void open.run()}>
              {t.open(service)}
            </Button>
          )
        }
      >
        {t.asleep(service)}
      </Note>
      <ActFailure state={open.state} />
    </>
  );
}
