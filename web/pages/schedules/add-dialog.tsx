import { useCallback, useState } from 'react';
import type { WindowScheduleView } from '../../../contracts/window-schedule.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { changeSurely } from '../../live/call.ts';
import { markChanged, useStatus } from '../../live/queries.ts';
import { announce } from '../../parts/announce.tsx';
import { Dialog, DialogForm } from '../../parts/dialog.tsx';
import { Choice, TextField } from '../../parts/field.tsx';
import { ServicePicker } from '../../things/services/service-picker.tsx';
import { words } from './words.ts';

const longestMinutes = 24 * 60;

/** Lets a window open by itself: of which services, when, and for how long. */
export function AddDialog({ onClose }: { onClose: () => void }) {
  const t = useWords(words);
  const status = useStatus();
  const [name, setName] = useState('');
  const [services, setServices] = useState<readonly string[]>([]);
  const [cron, setCron] = useState('30 2 * * *');
  const [timezone, setZone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [minutes, setMinutes] = useState('60');
  const [reason, setReason] = useState('');
  const all = (status.data?.services ?? []).filter(({ tier }) => tier === 'window');
  const hosts = [...new Set(all.map((one) => one.host))].toSorted();
  const [onHost, setHost] = useState<string | null>(null);
  const host = onHost ?? hosts[0] ?? '';
  const ttl = Number(minutes);
  const valid = Number.isInteger(ttl) && ttl >= 1 && ttl <= longestMinutes;
  const act = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const body = {
          name: name.trim(),
          services: [...services],
          host,
          cron: cron.trim(),
          timezone: timezone.trim(),
          ttl_seconds: ttl * 60,
          ...(reason.trim() !== '' && { reason: reason.trim() }),
        };
        await changeSurely<WindowScheduleView>('POST', '/vx11/schedules', { body, key }, onLost);
        announce(t.added(body.name));
        markChanged(['schedules']);
        onClose();
      },
      [name, services, host, cron, timezone, ttl, reason, onClose, t],
    ),
  );
  const blocked =
    name.trim() === ''
      ? t.nameIt
      : services.length === 0
        ? t.choose
        : valid
          ? undefined
          : t.minutesHint;
  return (
    <Dialog title={t.addTitle} wide onClose={onClose}>
      <DialogForm
        state={act.state}
        deed={t.addNow}
        busy={act.busy && t.asking}
        blocked={blocked}
        onAct={() => void act.run()}
        onClose={onClose}
      >
        <TextField
          label={t.name}
          hint={t.nameHint}
          maxLength={64}
          value={name}
          onChange={setName}
        />
        {hosts.length > 1 && (
          <Choice
            label={t.host}
            value={host}
            options={hosts.map((one) => [one, one] as const)}
            onChange={(one) => {
              setHost(one);
              setServices([]);
            }}
          />
        )}
        <ServicePicker
          services={all.filter((one) => one.host === host)}
          chosen={services}
          onChange={setServices}
        />
        <TextField
          label={t.times}
          hint={t.cronHint}
          maxLength={200}
          value={cron}
          onChange={setCron}
        />
        <TextField
          label={t.zone}
          hint={t.zoneHint}
          maxLength={64}
          value={timezone}
          onChange={setZone}
        />
        <TextField
          label={t.minutes}
          hint={t.minutesHint}
          problem={valid ? undefined : t.minutesHint}
          inputMode="numeric"
          value={minutes}
          onChange={setMinutes}
        />
        <TextField
          label={t.reason}
          hint={t.reasonHint}
          maxLength={500}
          value={reason}
          onChange={setReason}
        />
      </DialogForm>
    </Dialog>
  );
}
