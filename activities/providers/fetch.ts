/** The longest answer that is read, in bytes. */
export const answerLimit = 512 * 1024;
/** The longest streamed answer, in bytes: each token comes with some 300 bytes of framing. */
const streamLimit = 4 * 1024 * 1024;

/** The provider's answer is longer than the limit. */
export class OversizedAnswer extends Error {
  override name = 'OversizedAnswer';
}

/**
 * Makes a fetch that follows no redirects, which would send the key elsewhere, and that reads at most so many bytes of an answer or
 * of a stream of events: reading more throws OversizedAnswer.
 * @param send carries requests; by default the platform's own fetch of the moment
 */
export const capFetch = (
  limits: { answer: number; stream: number },
  send?: typeof fetch,
): typeof fetch => {
  return async (input, init) =>
    capped(await (send ?? fetch)(input, { ...init, redirect: 'manual' }), limits);
};

/** With the limits for one answer of a language model. */
export const modelFetch = (send?: typeof fetch): typeof fetch =>
  capFetch({ answer: answerLimit, stream: streamLimit }, send);

function capped(response: Response, limits: { answer: number; stream: number }): Response {
  if (response.body === null) return response;
  const streams = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const limit = streams ? limits.stream : limits.answer;
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
}
