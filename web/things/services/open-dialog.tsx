import { useCallback, useState } from 'react';
import { clockTime } from '../../base/format.ts';
import { usePreferences } from '../../base/preferences.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { Opened, Status } from '../../live/answers.ts';
import { changeSurely } from '../../live/call.ts';
import { useNow } from '../../live/clock.ts';
import { markChanged, useStatus } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog, DialogActs } from '../../parts/dialog.tsx';
import { Choice, TextField } from '../../parts/field.tsx';
import { ServicePicker } from './service-picker.tsx';
import styles from './open-dialog.module.css';

const words = {
  title: ['Open services', 'Abrir servicios'],
  minutes: ['For how many minutes', 'Cuántos minutos'],
  minutesHint: [
    (end: string) => `Up to 60. Ends at about ${end}.`,
    (end: string) => `Hasta 60. Termina hacia las ${end}.`,
  ],
  minutesWrong: ['1 to 60 minutes', 'De 1 a 60 minutos'],
  mode: ['How long', 'Duración'],
  ttl: ['For a time', 'Un tiempo'],
  hold: ['Until I close it', 'Hasta que la cierre'],
  reason: ['Why', 'Para qué'],
  reasonHint: [
    'Everybody who can see this page reads it.',
    'Lo lee todo el que pueda ver esta página.',
  ],
  open: [(names: string) => `Open ${names}`, (names: string) => `Abrir ${names}`],
  openNothing: ['Open', 'Abrir'],
  choose: ['Choose at least one service', 'Elige al menos un servicio'],
  cancel: ['Not now', 'Ahora no'],
  opening: ['opening…', 'abriendo…'],
  opened: [
    (names: string) => `${names} is opening`,
    (names: string) => `${names} se está abriendo`,
  ],
  queued: [
    (names: string) => `${names} waits for room`,
    (names: string) => `${names} espera sitio`,
  ],
  host: ['Host', 'Equipo'],
  hosts: [
    'All services of a window are on one host.',
    'Todos los servicios de una ventana están en un equipo.',
  ],
} as const;

type Row = Status['services'][number];

/** Opens services for a while, in one window. */
export function OpenDialog({
  services: first,
  minutes: firstMinutes = 20,
  onClose,
}: {
  services: readonly string[];
  minutes?: number;
  onClose: () => void;
}) {
  const t = useWords(words);
  const status = useStatus();
  const { clock } = usePreferences();
  const now = useNow();
  const isAdmin = useMay('admin');
  const all = (status.data?.services ?? []).filter(({ tier }) => tier === 'window');
  const hosts = [...new Set(all.map(({ host }) => host))].toSorted();
  const [chosen, setChosen] = useState<readonly string[]>(first);
  const [host, setHost] = useState<string | null>(null);
  const [minutes, setMinutes] = useState(String(firstMinutes));
  const [mode, setMode] = useState<'ttl' | 'hold'>('ttl');
  const [reason, setReason] = useState('');
  const names = chosen.join(', ');
  const ttl = Number(minutes);
  const valid = Number.isInteger(ttl) && ttl >= 1 && ttl <= 60;
  const at = host ?? (hosts.length === 1 ? hosts[0]! : hostOf(all, chosen));

  const act = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const body = {
          services: [...chosen],
          ...(mode === 'hold' ? { mode } : { ttl_sec: ttl * 60 }),
          ...(reason.trim() !== '' && { reason: reason.trim() }),
          ...(at !== null && { host: at }),
          when_full: 'queue',
          wait_seconds: 0,
        };
        const path = '/operator/power/window/open';
        const { state } = await changeSurely<Opened>('POST', path, { body, key }, onLost);
        announce(state === 'queued' ? t.queued(names) : t.opened(names));
        markChanged(['status', 'windows']);
        onClose();
      },
      [chosen, mode, ttl, reason, at, names, onClose, t],
    ),
  );
  const blocked =
    chosen.length === 0 ? t.choose : mode === 'ttl' && !valid ? t.minutesWrong : undefined;
  const end = now === null ? '…' : clockTime(now + (valid ? ttl : 0) * 60_000, clock).slice(0, 5);

  return (
    <Dialog title={t.title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (blocked === undefined) void act.run();
        }}
      >
        {hosts.length > 1 && (
          <Choice
            label={t.host}
            value={at ?? hosts[0]!}
            options={hosts.map((one) => [one, one] as const)}
            onChange={(one) => {
              setHost(one);
              setChosen([]);
            }}
          />
        )}
        <ServicePicker
          services={all.filter(({ host: on }) => at === null || on === at)}
          chosen={chosen}
          onChange={setChosen}
        />
        {isAdmin && (
          <Choice
            label={t.mode}
            value={mode}
            options={[
              ['ttl', t.ttl],
              ['hold', t.hold],
            ]}
            onChange={setMode}
          />
        )}
        {mode === 'ttl' && (
          <TextField
            label={t.minutes}
            hint={t.minutesHint(end)}
            problem={valid ? undefined : t.minutesWrong}
            className={styles['minutes']}
            inputMode="numeric"
            value={minutes}
            onChange={setMinutes}
          />
        )}
        <TextField
          label={t.reason}
          hint={t.reasonHint}
          maxLength={500}
          value={reason}
          onChange={setReason}
        />
        <ActFailure state={act.state} />
        <DialogActs away={<Button onPress={onClose}>{t.cancel}</Button>}>
          <Button type="submit" weight="primary" busy={act.busy && t.opening} blocked={blocked}>
            {chosen.length === 0 ? t.openNothing : t.open(short(chosen))}
          </Button>
        </DialogActs>
      </form>
    </Dialog>
  );
}

const short = (names: readonly string[]): string =>
  names.length <= 2 ? names.join(', ') : `${names[0]} +${names.length - 1}`;

/** The host of the chosen services, if one alone has them all. */
function hostOf(all: readonly Row[], names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const [host, ...others] = [...new Set(all.map((one) => one.host))].filter((one) =>
    names.every((name) => all.some((row) => row.name === name && row.host === one)),
  );
  return others.length === 0 ? (host ?? null) : null;
}
