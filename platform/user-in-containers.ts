import { statSync } from 'node:fs';

/**
 * Whether the Engine on this socket is rootless: then the socket belongs to the user who runs it, and not to root.
 * @param user the user's id
 */
const isOwnEngine = (socket: string, user: number): boolean =>
  user !== 0 && statSync(socket, { throwIfNoEntry: false })?.uid === user;

/** A user's id, or that of a group of the user's, as containers know it. A rootless Engine makes its user their root. */
export const idInContainers = (socket: string, user: number, id = user): number =>
  isOwnEngine(socket, user) ? 0 : id;
