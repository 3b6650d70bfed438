/** Loaded by no program. */
export const uncompiled = true;
