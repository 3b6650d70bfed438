import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { decoderOf, type WavHeader } from '../../domain/audio/wav-header.ts';
import { runProgram, type Engine } from './engine.ts';
import { AudioFailure } from './failure.ts';
import { inputArgs } from './ffmpeg.ts';
import { hashOf, wavHeaderOf, type FileIdentity } from './input-file.ts';

/** A file as its header says it is. */
export interface ProbedFile {
  audio_path: string;
  sha256: string;
  identity: FileIdentity;
  container: string;
  codec: string;
  rate: number;
  bits: number | null;
  channels: number;
  layout: string;
  layout_guessed: boolean;
  decoder: string | null;
  missing_bytes: number;
  trailing_bytes: number;
  wrong_name: boolean;
  /** As the header says, for progress alone. */
  seconds: number;
}

const said = z.object({
  streams: z
    .array(
      z.object({
        codec_name: z.string().optional(),
        sample_rate: z.string().optional(),
        channels: z.int().optional(),
        channel_layout: z.string().optional(),
        bits_per_sample: z.int().optional(),
        bits_per_raw_sample: z.string().optional(),
        duration: z.string().optional(),
      }),
    )
    .min(1),
  format: z.object({ format_name: z.string(), duration: z.string().optional() }),
});

const mostChannels = 32;
/** How many parts behind the samples are looked at. */
const mostTrailing = 1000;
const layouts: Record<number, string> = { 1: 'mono', 2: 'stereo', 6: '5.1', 8: '7.1' };
/** Endings of names, by the container that they mean. */
const endings: Record<string, RegExp> = {
  wav: /^(wav|wave|bwf|rf64)$/,
  flac: /^flac$/,
  mp3: /^mp3$/,
  ogg: /^(ogg|oga|opus)$/,
  aiff: /^aiff?c?$/,
};

/** Reads the header of a file: our own reader first, since ffmpeg takes some legal ones for something else. */
export async function probeFile(
  engine: Engine,
  {
    audio_path,
    handle,
    identity,
  }: { audio_path: string; handle: FileHandle; identity: FileIdentity },
  signal: AbortSignal,
): Promise<ProbedFile> {
  const sha256 = await hashOf(handle, signal);
  const header = await wavHeaderOf(handle);
  if (header !== null && 'problem' in header)
    throw new AudioFailure('bad_header', `${audio_path} is a WAV file, but ${header.problem}.`);
  const decoder = decoderOf(header);
  const run = await runProgram(engine, 'ffprobe', {
    args: [
      '-v',
      'error',
      ...inputArgs([{ fd: handle.fd, decoder: null }]), // ffprobe takes no decoder
      '-select_streams',
      'a:0',
      '-show_streams',
      '-show_format',
      '-of',
      'json',
    ],
    signal,
    files: [handle.fd],
  });
  const { data } = said.safeParse(run.code === 0 ? parsed(run.stdout) : null);
  const stream = data?.streams[0];
  const [rate, channels] = [Number(stream?.sample_rate), stream?.channels ?? 0];
  if (
    data === undefined ||
    stream === undefined ||
    !(rate >= 4000 && rate <= 768_000) ||
    channels < 1
  )
    throw new AudioFailure(
      'not_audio',
      `${audio_path} cannot be read as audio. ${firstLine(run.stderr)}`,
    );
  if (channels > mostChannels)
    throw new AudioFailure(
      'channels_unsupported',
      `${audio_path} has ${channels} channels; ${mostChannels} are possible.`,
    );
  const container = data.format.format_name.split(',')[0]!;
  const bits = stream.bits_per_raw_sample ?? stream.bits_per_sample ?? 0;
  const seconds = Number(stream.duration ?? data.format.duration ?? 0);
  return {
    audio_path,
    sha256,
    identity,
    container,
    codec: stream.codec_name ?? 'unknown',
    rate,
    bits: header !== null ? header.valid_bits : Number(bits) > 0 ? Number(bits) : null,
    channels,
    layout: stream.channel_layout ?? layouts[channels] ?? `${channels} channels`,
    layout_guessed: header !== null ? !header.has_layout : stream.channel_layout === undefined,
    decoder,
    ...(await sizesOf(header, identity.size, handle)),
    wrong_name: isMisnamed(audio_path, container),
    seconds: Number.isFinite(seconds) ? seconds : 0,
  };
}

/** How many bytes are missing, and how many behind the samples belong to no part of the file. */
async function sizesOf(
  header: WavHeader | null,
  size: number,
  handle: FileHandle,
): Promise<Pick<ProbedFile, 'missing_bytes' | 'trailing_bytes'>> {
  if (header === null || header.data_bytes === null) return { missing_bytes: 0, trailing_bytes: 0 };
  const end = header.data_at + header.data_bytes;
  const missing_bytes = Math.max(0, end - size);
  const head = Buffer.alloc(8);
  let at = end + (end % 2);
  for (let nth = 0; nth < mostTrailing && at + head.length <= size; nth += 1) {
    await handle.read(head, 0, head.length, at);
    const next = at + head.length + head.readUInt32LE(4);
    if (!/^[A-Za-z0-9_ ]{4}$/.test(head.toString('latin1', 0, 4)) || next > size) break;
    at = next + (next % 2);
  }
  return { missing_bytes, trailing_bytes: Math.max(0, size - at) };
}

function isMisnamed(audio_path: string, container: string): boolean {
  const ending = /\.([A-Za-z0-9]{2,5})$/.exec(audio_path)?.[1]?.toLowerCase();
  const known = endings[container];
  return ending !== undefined && known !== undefined && !known.test(ending);
}

const firstLine = (text: string): string => text.split('\n')[0]!.slice(0, 200);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
