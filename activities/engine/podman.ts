/** What an Engine says it is made of. */
export interface EngineParts {
  Components?: readonly { Name: string; Version?: string }[] | undefined;
}

/** Whether an Engine is Podman's, by its answer to `/version`. */
export const isPodman = ({ Components = [] }: EngineParts): boolean =>
  Components.some(({ Name }) => /podman/i.test(Name));
