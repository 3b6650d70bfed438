import { useCallback, useState } from 'react';
import type { WindowView } from '../../contracts/window.ts';
import { clockTime } from '../base/format.ts';
import { usePreferences } from '../base/preferences.ts';
import { useWords } from '../base/words.ts';
import { useAct } from '../live/act.ts';
import type { Closed, Extended } from '../live/answers.ts';
import { changeSurely } from '../live/call.ts';
import { markChanged } from '../live/queries.ts';
import { useMay, useMe } from '../live/session.ts';
import { ActFailure } from '../parts/act-failure.tsx';
import { announce } from '../parts/announce.tsx';
import { Button, Buttons } from '../parts/button.tsx';
import { useBlocked } from './blocked.ts';
import { useControl } from './control.tsx';

const words = {
  extend: [(end: string) => `+10 → ${end}`, (end: string) => `+10 → ${end}`],
  asking: [(end: string) => `→ ${end}?`, (end: string) => `→ ${end}?`],
  atLimit: ['at its limit', 'en su límite'],
  close: ['Close', 'Cerrar'],
  closeAsk: ['Close…', 'Cerrar…'],
  leave: ['Leave queue', 'Salir de la cola'],
  closing: ['closing…', 'cerrando…'],
  extended: [
    (name: string, end: string) => `${name} extended, until ${end}`,
    (name: string, end: string) => `${name} ampliada, hasta ${end}`,
  ],
  cut: [
    (name: string, end: string) => `${name}: cut to ${end}, its limit`,
    (name: string, end: string) => `${name}: recortada a ${end}, su límite`,
  ],
  closed: [
    (name: string) => `${name} closed, nothing left`,
    (name: string) => `${name} cerrada, no queda nada`,
  ],
  ended: [
    (name: string) => `${name} had already ended`,
    (name: string) => `${name} ya había terminado`,
  ],
  residue: [
    (name: string, rest: string) => `${name} closed, but still running: ${rest}`,
    (name: string, rest: string) => `${name} cerrada, pero siguen en marcha: ${rest}`,
  ],
} as const;

const minute = 60_000;
const stepMs = 10 * minute;

export const nameOf = ({ services, target }: WindowView): string => target ?? services.join(', ');

/** Where +10 min would move the end of a window; null if it has none, or is at its limit. */
export function nextEnd({ state, expires_at, max_expires_at }: WindowView): number | null {
  if (state !== 'open' || expires_at === null || max_expires_at === null) return null;
  const end = Date.parse(expires_at);
  const limit = Date.parse(max_expires_at);
  return end >= limit ? null : Math.min(end + stepMs, limit);
}

/** Extends a window by seconds, and says the end that the server enforces. */
export function useExtend(window: WindowView) {
  const t = useWords(words);
  const { clock } = usePreferences();
  const { window_id } = window;
  const name = nameOf(window);
  return useAct(
    useCallback(
      async ({ key, onLost }, seconds: number) => {
        const body = { window_id, seconds };
        const answer = await changeSurely<Extended>(
          'POST',
          '/vx11/window/extend',
          { body, key },
          onLost,
        );
        const end = clockTime(Date.parse(answer.expires_at), clock);
        announce(
          answer.clamped ? t.cut(name, end) : t.extended(name, end),
          answer.clamped ? 'warn' : 'good',
        );
        markChanged(['status', 'windows']);
      },
      [window_id, name, clock, t],
    ),
  );
}

/** Closes a window: my own with one service at once, any other by a plan that is shown first. */
export function useClose(window: WindowView) {
  const t = useWords(words);
  const me = useMe();
  const control = useControl();
  const { window_id } = window;
  const name = nameOf(window);
  const atOnce = me?.name === window.owner && window.services.length === 1;
  const act = useAct(
    useCallback(
      async ({ key, onLost }) => {
        if (!atOnce) return control(key, onLost, { action: 'close', window_id });
        const answer = await changeSurely<Closed>(
          'POST',
          '/vx11/window/close',
          { body: { window_id }, key, withinMs: 120_000 },
          onLost,
        );
        markChanged(['status', 'windows']);
        if (answer.receipt === null) return;
        const { residue } = answer.receipt;
        if (residue.length > 0) announce(t.residue(name, residue.join(', ')), 'bad');
        else announce(answer.was_open ? t.closed(name) : t.ended(name));
      },
      [atOnce, control, window_id, name, t],
    ),
  );
  return { act, atOnce };
}

/** The two acts of an open window. */
export function WindowActs({ window }: { window: WindowView }) {
  const t = useWords(words);
  const { clock } = usePreferences();
  const mayChange = useMay('operator');
  const blocked = useBlocked();
  const extend = useExtend(window);
  const { act: close, atOnce } = useClose(window);
  const [asked, setAsked] = useState('');
  if (!mayChange || window.state === 'closing') return null;
  const name = nameOf(window);
  const next = nextEnd(window);
  const end = next === null ? '' : clockTime(next, clock).slice(0, 5);
  const timed = window.state === 'open' && window.expires_at !== null;
  return (
    <div>
      <Buttons>
        {timed && (
          <Button
            hotkey="e"
            about={name}
            busy={extend.busy && t.asking(asked)}
            blocked={next === null ? t.atLimit : blocked}
            onPress={() => {
              setAsked(end);
              void extend.run(stepMs / 1000);
            }}
          >
            {next === null ? t.atLimit : t.extend(end)}
          </Button>
        )}
        <Button
          hotkey="x"
          about={name}
          busy={close.busy && t.closing}
          blocked={blocked}
          onPress={() => void close.run()}
        >
          {window.state === 'queued' ? t.leave : atOnce ? t.close : t.closeAsk}
        </Button>
      </Buttons>
      <ActFailure state={extend.state} />
      <ActFailure state={close.state} />
    </div>
  );
}
