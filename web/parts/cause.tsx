import { Said } from './said.tsx';

/** Why something ended as it did: its code, and VX11's own sentence. */
export const Cause = ({ cause, detail }: { cause: string | null; detail: string | null }) => (
  <span>
    {cause !== null && <code>{cause}</code>} {detail !== null && <Said english>{detail}</Said>}
  </span>
);
