import type { Wire, WireCall, JsonObject } from '../wire/wire.ts';
import { WireFailure } from '../wire/wire.ts';
import { count, isJson, newTally, toolCallsParse, type Tally } from '../answer/tally.ts';
import { createRewrite, renamed, type AnswerName } from '../answer/rewrite.ts';

/** An answer that has begun: everything before its first content was held back, so that another target could still answer. */
export interface OpenAnswer {
  tally: Tally;
  /** Chunks for the caller. Throws `WireFailure`. */
  chunks: AsyncGenerator<JsonObject, void, void>;
  firstTokenMs: number;
}

export interface WholeAnswer {
  tally: Tally;
  body: JsonObject;
}

/** Begins a streamed answer: returns with its first content, or its end. Throws `WireFailure`. */
export async function openStream(
  wire: Wire,
  call: WireCall,
  name: AnswerName,
): Promise<OpenAnswer> {
  const began = performance.now();
  const tally = newTally();
  const rewrite = createRewrite(name);
  const source = wire.stream(call);
  const held: JsonObject[] = [];
  let ended = false;
  while (!tally.content && !ended) {
    const next = await source.next();
    if (next.done === true) ended = true;
    else take(next.value, held);
  }
  const firstTokenMs = performance.now() - began + (call.elapsedMs ?? 0);
  function take(chunk: JsonObject, into: JsonObject[]): void {
    const out = rewrite(chunk);
    // counted with the indexes that the caller sees
    count(tally, out === null ? chunk : { ...out, usage: chunk['usage'] });
    if (out !== null) into.push(out);
  }
  async function* chunks(): AsyncGenerator<JsonObject, void, void> {
    try {
      yield* held;
      for await (const chunk of source) {
        const out: JsonObject[] = [];
        take(chunk, out);
        yield* out;
      }
    } finally {
      await source.return();
    }
  }
  return { tally, firstTokenMs, chunks: chunks() };
}

/** Gets an answer as a whole. Throws `WireFailure`. */
export async function getWhole(wire: Wire, call: WireCall, name: AnswerName): Promise<WholeAnswer> {
  const body = await wire.complete(call);
  const tally = newTally();
  count(tally, body);
  return {
    tally,
    body: call.does === 'chat' ? renamed(name, body) : { ...body, model: name.model },
  };
}

const bad = (message: string): WireFailure => new WireFailure({ message }, { kind: 'bad_answer' });

/** What is wrong with the vectors of `inputs` texts; null if nothing is. */
export const faultOfVectors = ({ vectors }: Tally, inputs: number): WireFailure | null =>
  vectors === inputs ? null : bad(`it gave ${vectors} vectors for ${inputs} inputs`);

/** What is wrong with a complete answer; null if nothing is. */
export function faultOf(tally: Tally, wantsJson: boolean): WireFailure | null {
  if (tally.finish === 'content_filter')
    return new WireFailure({ message: 'the content filter of the provider' }, { kind: 'refused' });
  // its tokens went into thoughts that are not shown
  if (!tally.content && tally.finish !== 'length') return bad('the answer is empty');
  if (toolCallsParse(tally) === false) return bad('the arguments of a tool call are not JSON');
  const isText = tally.content && tally.toolArguments.size === 0;
  if (wantsJson && isText && tally.finish !== 'length' && !isJson(tally.text))
    return bad('the answer is not JSON');
  return null;
}
