import { fieldKind } from './field-kind.ts';

const aliasIn = /^networks\.(.*)\.aliases\.(.*)$/s;

/** A name under which others reach it on a network that it is still on. */
export const aliasLost = fieldKind({
  kind: 'alias_lost',
  owns: ({ path }, { differences }) => {
    const network = aliasIn.exec(path)?.[1];
    return (
      network !== undefined && !differences.some((other) => other.path === `networks.${network}`)
    );
  },
  severity: 'high',
  asleep: 'same',
  what: ({ path }) => {
    const [, network, alias] = aliasIn.exec(path)!;
    return `its name ${alias} on network ${network}`;
  },
});
