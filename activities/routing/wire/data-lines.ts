import { eventData } from '../../../platform/network/event-data.ts';
import type { Answer } from '../../../platform/network/post.ts';
import { watched } from './send.ts';

/**
 * The data of each event of a text/event-stream, without comments. `beat` is called for everything that comes, comments
 * too: they show that the provider is alive. Throws `WireFailure` for more than `limit` bytes.
 */
export function dataLines(
  { body }: Pick<Answer, 'body'>,
  limit: number,
  beat: () => void,
): AsyncGenerator<string> {
  return eventData(watched(body, limit, beat));
}
