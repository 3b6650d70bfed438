/**
 * Who acts or owns. `principal` is the id of the first token in a chain of rotations, so that a token which rotates another
 * owns what that one made; null for a part of VX11, and in rows of older versions. The name is a label for people: a token
 * that has ended leaves its name to another one.
 */
export interface Who {
  name: string;
  principal: string | null;
}

/** Parts of VX11 and rows of older versions are known by their names alone. */
export const isSameWho = (one: Who, other: Who): boolean =>
  one.principal === null || other.principal === null
    ? one.name === other.name
    : one.principal === other.principal;

/** Who sent a message. */
export const whoSent = (message: { actor: string; principal?: string | undefined }): Who => ({
  name: message.actor,
  principal: message.principal ?? null,
});
