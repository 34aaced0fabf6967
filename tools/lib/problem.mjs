/** Something the operator can mend; its message says how. */
export class Problem extends Error {}
