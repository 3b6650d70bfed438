/** An Engine that is named and cannot be used; the message says why and what to do. */
export class EngineRefused extends Error {}

/** See engine-address.mjs, which is plain JavaScript because the bootstrap runs it before there is anything else. */
export function engineSockets(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): { from: string | null; sockets: [string, ...string[]] };

export function podmanSockets(env: Readonly<Record<string, string | undefined>>): string[];

export function takesPodman(from: string | null): boolean;

export function podmanAdvice(socket: string): string;

export function usableSocket(sockets: [string, ...string[]]): string;
