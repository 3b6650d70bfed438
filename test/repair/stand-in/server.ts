import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cutsOff,
  fails,
  hangs,
  says,
  sends,
  startFakeProvider,
  streams,
  type FakeProvider,
  type Received,
  type Reply,
} from '../../activities/providers/fake-provider.ts';
import { lies, lyingAnswer, type Lie } from './liar.ts';
import { readQuestion } from './question.ts';
import { templateAnswer } from './template.ts';

export const modes = [
  'prose',
  'broken',
  'liar',
  'loop',
  'late',
  'costly',
  'template',
  'replay',
] as const;
export type Mode = (typeof modes)[number];

interface Options {
  /** Of `liar`: always this one; by default each in turn. */
  lie?: Lie;
  /** Of `late`: how long it waits, in ms. */
  late_ms?: number;
  /** Of `replay`: the folder of recorded answers, as `<hash of the request>.json`. */
  cassettes?: string;
}

/**
 * A server on loopback that stands in for a model. It knows no case: an answer is made of what the request says, and of how
 * many requests there were. Choose it by its URL: `VX11_LLM_BASE_URL`.
 */
export const startStandIn = (mode: Mode, options: Options = {}): Promise<FakeProvider> => {
  let count = 0;
  return startFakeProvider((response, received) => {
    count += 1;
    void replyOf(mode, options, received, count).then((reply) => reply(response, received));
  });
};

/** The key of a recorded answer: model and messages, so that nothing else of a request counts. */
export const cassetteKey = ({ model, messages }: Received['body']): string =>
  createHash('sha256').update(JSON.stringify({ model, messages })).digest('hex');

async function replyOf(
  mode: Mode,
  options: Options,
  { body }: Received,
  count: number,
): Promise<Reply> {
  const question = readQuestion(textOf(body));
  const template = (): string => JSON.stringify(templateAnswer(question));
  switch (mode) {
    case 'prose':
      return says(
        'The port looks wrong to me. Change it in the compose file, and all will be well.',
      );
    case 'broken':
      return broken[(count - 1) % broken.length]!(template());
    case 'liar':
      return says(
        JSON.stringify(lyingAnswer(question, options.lie ?? lies[(count - 1) % lies.length]!)),
      );
    case 'loop':
      return says(JSON.stringify(templateAnswer({ ...question, tried: [] })));
    case 'late':
      await new Promise((resolve) => void setTimeout(resolve, options.late_ms ?? 60_000).unref());
      return says(template());
    case 'costly':
      return says(template(), { tokens: [1_000_000, 1_000_000] });
    case 'template':
      return says(template());
    default:
      return replayed(options.cassettes ?? '.', body);
  }
}

/** Bad JSON, half an object, errors, silence, and a byte a second; in turn. */
const broken: readonly ((whole: string) => Reply)[] = [
  () => sends('{"choices": [', 'application/json'),
  (whole) => says(whole.slice(0, whole.length / 2)),
  () => fails(500),
  () => fails(429, { 'retry-after': '1' }),
  () => hangs,
  (whole) => streams(Array.from(whole).flatMap((character) => [character, 1000])),
  () => cutsOff(),
];

async function replayed(folder: string, body: Received['body']): Promise<Reply> {
  const key = cassetteKey(body);
  try {
    const { answer } = JSON.parse(await readFile(join(folder, `${key}.json`), 'utf8')) as {
      answer: string;
    };
    return says(answer);
  } catch {
    return (response) =>
      void response.writeHead(404, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          error: { message: `no answer was recorded for ${key}`, type: 'not_found' },
        }),
      );
  }
}

const textOf = ({ messages }: Received['body']): string =>
  messages
    .map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)))
    .join('\n');
