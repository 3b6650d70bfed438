import { useState } from 'react';
import type { AudioPreset } from '../../../../contracts/audio.ts';
import { useWords } from '../../../base/words.ts';
import { useRead } from '../../../live/queries.ts';
import { Choice, TextField } from '../../../parts/field.tsx';
import { words } from '../words.ts';
import { FileField, SelectField } from './select-field.tsx';
import { StartForm } from './start-form.tsx';
import { useStart } from './use-start.ts';

type Format = 'wav 24' | 'wav 16' | 'flac 24' | 'flac 16';
const own = 'own';

const within = (text: string, least: number, most: number): boolean =>
  text.trim() !== '' && Number(text) >= least && Number(text) <= most;

/** Makes a master of one file, for a purpose or to a target of one's own. */
export function MasterDialog({
  names,
  first,
  onClose,
}: {
  names: readonly string[];
  first: string;
  onClose: () => void;
}) {
  const t = useWords(words);
  const presets = useRead<{ presets: AudioPreset[] }>('audio', '/vx11/audio/presets');
  const [name, setName] = useState(first);
  const [preset, setPreset] = useState('streaming');
  const [lufs, setLufs] = useState('-14');
  const [ceiling, setCeiling] = useState('-1');
  const [format, setFormat] = useState<Format>('wav 24');
  const all = presets.data?.presets ?? [];
  const target = all.find((one) => one.name === preset)?.target;
  const isOwn = preset === own;
  const wrongLufs = isOwn && !within(lufs, -40, -4) ? t.wrongLufs : undefined;
  const wrongCeiling = isOwn && !within(ceiling, -9, 0) ? t.wrongCeiling : undefined;
  const [container, bits] = format.split(' ');
  const audio_path = names.includes(name) ? name : (names[0] ?? '');
  const body = {
    audio_path,
    format: { container, bits: Number(bits) },
    ...(isOwn ? { target: { lufs: Number(lufs), ceiling_dbtp: Number(ceiling) } } : { preset }),
  };
  const problem = audio_path === '' ? t.uploadFirst : (wrongLufs ?? wrongCeiling);
  return (
    <StartForm
      title={t.masterTitle}
      deed={t.masterNow}
      body={body}
      problem={problem}
      start={useStart('master')}
      onClose={onClose}
    >
      <FileField label={t.file} names={names} value={audio_path} onChange={setName} />
      <SelectField
        label={t.preset}
        value={preset}
        {...(target !== undefined && { hint: t.presetHint(target.lufs, target.ceiling_dbtp) })}
        options={[
          ...all.map((one) => [one.name, `${one.name}: ${one.about}`] as const),
          [own, t.ownTarget],
        ]}
        onChange={setPreset}
      />
      {isOwn && (
        <>
          <TextField
            label={t.lufs}
            inputMode="decimal"
            value={lufs}
            problem={wrongLufs}
            onChange={setLufs}
          />
          <TextField
            label={t.ceiling}
            inputMode="decimal"
            value={ceiling}
            problem={wrongCeiling}
            onChange={setCeiling}
          />
        </>
      )}
      <Choice
        label={t.format}
        value={format}
        options={[
          ['wav 24', 'WAV, 24 bits'],
          ['wav 16', 'WAV, 16 bits'],
          ['flac 24', 'FLAC, 24 bits'],
          ['flac 16', 'FLAC, 16 bits'],
        ]}
        onChange={setFormat}
      />
    </StartForm>
  );
}
