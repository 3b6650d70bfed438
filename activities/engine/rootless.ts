/**
 * Whether an Engine runs without root, from the security options of its `/info`. Its containers then see the user who runs it
 * as root, and no other user of the machine.
 */
export const isRootless = (securityOptions: readonly string[] | null | undefined): boolean =>
  (securityOptions ?? []).some((option) => /^name=rootless\b/.test(option));
