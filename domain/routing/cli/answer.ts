import { list, objectIn, textIn, type Loose } from '../request/loose.ts';
import { errorIn, type ProgramFault } from './fault.ts';

/** What a program printed. */
export interface Printed {
  stdout: string;
  stderr: string;
}

/** What its print says. */
export interface ProgramAnswer {
  /** Null if there is none. */
  text: string | null;
  usage: ProgramUsage | null;
  /** Why there is no answer, in its own words; null if it says nothing. */
  fault: ProgramFault | null;
}

/** Tokens that a program counted, `cached` ones among those that went in. */
export interface ProgramUsage {
  tokens_in: number;
  tokens_out: number;
  cached: number;
}

export type ReadProgram = (printed: Printed) => ProgramAnswer;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};
const events = (stdout: string): Loose[] =>
  stdout.split('\n').map((line) => objectIn(parsed(line)));
const textOrNull = (value: unknown): string | null => textIn(value) || null;
const count = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 0);
const usageOf = (tokens_in: number, tokens_out: number, cached: number): ProgramUsage | null =>
  tokens_in + tokens_out === 0 ? null : { tokens_in, tokens_out, cached };

/** `codex exec --json`: one event in each line. */
export const readCodex: ReadProgram = ({ stdout }) => {
  const all = events(stdout);
  const last = (type: string): Loose => all.findLast((event) => event['type'] === type) ?? {};
  const texts = all
    .map(({ item }) => objectIn(item))
    .filter(({ type }) => type === 'agent_message')
    .map(({ text }) => textOrNull(text));
  const usage = objectIn(last('turn.completed')['usage']);
  const failed = objectIn(last('turn.failed')['error'])['message'] ?? last('error')['message'];
  return {
    text: texts.findLast((text) => text !== null) ?? null,
    usage: usageOf(
      count(usage['input_tokens']),
      count(usage['output_tokens']),
      count(usage['cached_input_tokens']),
    ),
    fault: errorIn(failed),
  };
};

/** `claude -p --output-format json`: one object. What its cache had, and what it took, is counted apart. */
export const readClaude: ReadProgram = ({ stdout }) => {
  const result = objectIn(parsed(stdout));
  const usage = objectIn(result['usage']);
  const cached = count(usage['cache_read_input_tokens']);
  const written = count(usage['cache_creation_input_tokens']);
  const failed = result['is_error'] === true;
  return {
    text: failed ? null : textOrNull(result['result']),
    usage: usageOf(
      count(usage['input_tokens']) + cached + written,
      count(usage['output_tokens']),
      cached,
    ),
    fault: failed ? errorIn(result['result'], result['api_error_status']) : null,
  };
};

/** `qwen -o json`: a list of events, of which the last is the result. */
export const readQwen: ReadProgram = ({ stdout }) => {
  const result = list(parsed(stdout)).at(-1) ?? {};
  const usage = objectIn(result['usage']);
  const failed = result['is_error'] === true;
  return {
    text: failed ? null : textOrNull(result['result']),
    usage: usageOf(
      count(usage['input_tokens']),
      count(usage['output_tokens']),
      count(usage['cache_read_input_tokens']),
    ),
    fault: failed ? errorIn(objectIn(result['error'])['message'] ?? result['result']) : null,
  };
};

/** `gemini -o json`: one object, or, for an error, one at the end of what it printed beside. */
export const readGemini: ReadProgram = ({ stdout, stderr }) => {
  const { response, stats } = objectIn(parsed(stdout));
  const tokens = Object.values(objectIn(objectIn(stats)['models'])).map((model) =>
    objectIn(objectIn(model)['tokens']),
  );
  const sum = (field: string): number => tokens.reduce((all, one) => all + count(one[field]), 0);
  const error = objectIn(objectIn(parsed(stderr.slice(stderr.lastIndexOf('\n{') + 1)))['error']);
  return {
    text: textOrNull(response),
    usage: usageOf(sum('prompt'), sum('candidates') + sum('thoughts'), sum('cached')),
    fault: errorIn(error['message'], error['code']),
  };
};

/** `opencode run --format json`: one event in each line, with the tokens of each of its steps. */
export const readOpencode: ReadProgram = ({ stdout }) => {
  const all = events(stdout);
  const steps = all
    .filter(({ type }) => type === 'step_finish')
    .map(({ part }) => objectIn(objectIn(part)['tokens']));
  const sum = (read: (tokens: Loose) => unknown): number =>
    steps.reduce((most, tokens) => most + count(read(tokens)), 0);
  const cached = sum(({ cache }) => objectIn(cache)['read']);
  const written = sum(({ cache }) => objectIn(cache)['write']);
  const error = objectIn(all.findLast(({ type }) => type === 'error')?.['error']);
  const { message, statusCode } = objectIn(error['data']);
  return {
    text:
      all
        .filter(({ type }) => type === 'text')
        .map(({ part }) => textOrNull(objectIn(part)['text']))
        .findLast((text) => text !== null) ?? null,
    usage: usageOf(
      sum(({ input }) => input) + cached + written,
      sum(({ output }) => output) + sum(({ reasoning }) => reasoning),
      cached,
    ),
    fault: errorIn(message ?? error['name'], statusCode),
  };
};

/** A program that prints its answer and nothing else. */
export const readPlain: ReadProgram = ({ stdout }) => ({
  text: stdout.trim() || null,
  usage: null,
  fault: null,
});
