/** The longest answer that is read, in bytes. */
export const answerLimit = 512 * 1024;
/** The longest streamed answer, in bytes: each token comes with some 300 bytes of framing. */
const streamLimit = 4 * 1024 * 1024;

/** The provider's answer is longer than the limit. */
export class OversizedAnswer extends Error {
  override name = 'OversizedAnswer';
}

/** Fetches without following redirects, which would send the key elsewhere, and reads at most the limit. */
export const cappedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: 'manual' });
  if (response.body === null) return response;
  const streams = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const limit = streams ? streamLimit : answerLimit;
  let seen = 0;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      seen += chunk.byteLength;
      if (seen > limit) controller.error(new OversizedAnswer('the answer is too long'));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counting), { status, statusText, headers });
};
