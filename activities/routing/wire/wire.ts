import type { ProviderQuirks } from '../../../contracts/provider.ts';
import type { UpstreamError } from '../../../domain/routing/failure/upstream-error.ts';
import type { FailureKind } from '../../../contracts/routing.ts';
import type { Answer } from '../../../platform/network/post.ts';
import type { CatalogProvider } from '../catalog/catalog.ts';

export type JsonObject = Record<string, unknown>;

/** Times in ms, and the longest answer in bytes. */
export interface WireLimits {
  firstByteMs: number;
  betweenMs: number;
  bytes: number;
}

/** One request to one model, with one key. */
export interface WireCall {
  provider: Pick<CatalogProvider, 'base_url' | 'auth' | 'headers'>;
  quirks: ProviderQuirks;
  /** The value of the key; null where the provider needs none. */
  secret: string | null;
  /** The name of the model at the provider, and the tokens that it takes; null: unknown. */
  model: string;
  context: number | null;
  /** What is asked of the model. */
  does: 'chat' | 'embed';
  /** The caller's request in the form of OpenAI; `model` and `stream` in it are replaced. */
  body: JsonObject;
  /** Aborted when the caller hangs up, or its deadline passes. */
  signal: AbortSignal;
  limits: WireLimits;
  /** The headers of an answer, good or bad, as soon as they are there. */
  heard: (headers: Answer['headers']) => void;
  /** How long the answer has been worked on already, in ms. */
  elapsedMs?: number;
}

/** How one protocol is spoken. Both throw `WireFailure`, and stop the upstream when their consumer stops. */
export interface Wire {
  /** Yields chunks of the form `chat.completion.chunk` as they come; returns after the last one of a complete answer. */
  stream(call: WireCall): AsyncGenerator<JsonObject, void, void>;
  /** The answer as one `chat.completion`, or as one list of vectors. */
  complete(call: WireCall): Promise<JsonObject>;
}

/** A try that gave no complete answer. Its message is the provider's and is not shown to callers as it is. */
export class WireFailure extends Error {
  override name = 'WireFailure';
  readonly upstream: Omit<UpstreamError, 'content_sent'>;
  /** Set where the kind does not follow from status and words. */
  readonly kind: FailureKind | null;
  /** It was sent, and nothing says that the provider did not work on it: it may be billed. */
  readonly unsettled: boolean;

  constructor(
    upstream: Partial<Omit<UpstreamError, 'content_sent'>> & { message: string },
    options: { kind?: FailureKind; cause?: unknown; unsettled?: boolean } = {},
  ) {
    super(upstream.message, { cause: options.cause });
    this.upstream = { status: null, code: null, retry_after_ms: null, ...upstream };
    this.kind = options.kind ?? null;
    this.unsettled = options.unsettled ?? false;
  }
}
