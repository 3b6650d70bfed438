import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/**
 * Makes a lookup that finds public addresses only. As a connection's own lookup it sees the address that is connected to, so
 * a name cannot resolve differently in between. A host that is an address is not looked up: check it beforehand.
 * @param refuse makes the error for a host with another address
 */
export const publicLookup =
  (refuse: (why: string) => Error): LookupFunction =>
  (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error !== null) return done(error, [], 0);
      const bad = found.find(({ address }) => !isPublicAddress(address));
      if (bad !== undefined || found[0] === undefined) {
        const what = bad === undefined ? 'nothing' : bad.address;
        return done(refuse(`${hostname} resolves to ${what}`), [], 0);
      }
      return options.all === true
        ? done(null, found)
        : done(null, found[0].address, found[0].family);
    });
  };
