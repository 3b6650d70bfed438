/** An operation found something else than it expects, so it did nothing. */
export class Conflict extends Error {
  override name = 'Conflict';
}
