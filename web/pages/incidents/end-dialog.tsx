import { useCallback, useState } from 'react';
import type { Incident } from '../../../contracts/incidents.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { change } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { announce } from '../../parts/announce.tsx';
import { Dialog, DialogForm } from '../../parts/dialog.tsx';
import { TextField } from '../../parts/field.tsx';
import { Said } from '../../parts/said.tsx';
import { words } from './words.ts';

const longestHours = 24;

/** Mutes an incident for some hours, or ends it; a note says why. */
export function EndDialog({
  incident: { incident_id, title },
  act: which,
  onClose,
}: {
  incident: Incident;
  act: 'ack' | 'resolve';
  onClose: () => void;
}) {
  const t = useWords(words);
  const [hours, setHours] = useState('24');
  const [note, setNote] = useState('');
  const long = Number(hours);
  const valid = which === 'resolve' || (long >= 0.1 && long <= longestHours);
  const act = useAct(
    useCallback(async () => {
      const said = note.trim();
      const body = { ...(which === 'ack' && { hours: long }), ...(said !== '' && { note: said }) };
      await change('POST', `/hormiguero/incidents/${incident_id}/${which}`, { body });
      announce(which === 'ack' ? t.acked : t.ended);
      markChanged(['incidents', 'ants']);
      onClose();
    }, [incident_id, which, long, note, onClose, t]),
  );
  return (
    <Dialog title={which === 'ack' ? t.ackTitle : t.resolveTitle} onClose={onClose}>
      <DialogForm
        state={act.state}
        deed={which === 'ack' ? t.ackNow : t.resolve}
        busy={act.busy && t.asking}
        blocked={valid ? undefined : t.hoursHint}
        onAct={() => void act.run()}
        onClose={onClose}
      >
        <p>
          <Said english>{title}</Said>. {which === 'ack' ? t.ackAbout : t.resolveAbout}
        </p>
        {which === 'ack' && (
          <TextField
            label={t.hours}
            hint={t.hoursHint}
            problem={valid ? undefined : t.hoursHint}
            inputMode="decimal"
            value={hours}
            onChange={setHours}
          />
        )}
        <TextField
          label={t.note}
          hint={t.noteHint}
          maxLength={500}
          value={note}
          onChange={setNote}
        />
      </DialogForm>
    </Dialog>
  );
}
