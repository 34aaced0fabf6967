/** A bug that is put into the product on purpose, to see the simulator find it. */
export interface Plant {
  readonly name: string;
  /** The rule of clock.md §9 that it breaks, or what §4.8 or §8 promises. */
  readonly rule: Rule;
  /** What is wrong then, as one would tell a colleague. */
  readonly why: string;
  /** Changes of the source text, made when a file is loaded; each `find` occurs once in its file. */
  readonly edits: readonly Edit[];
  /** Changes of the schema, where it guards against the same mistake. */
  readonly sql?: readonly string[];
}

export type Rule = "§4.8" | "§8" | `§9.${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`;

export interface Edit {
  /** From the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Takes the CHECKs off the sessions: they would refuse what the machine is made to do wrong. */
export const NO_CHECKS = `do $$ declare name text; begin
  for name in select conname from pg_constraint
    where conrelid = 'sessions'::regclass and contype = 'c' loop
    execute format('alter table sessions drop constraint %I', name);
  end loop; end $$`;

/** Takes the key off the timeline by which the clock can do nothing twice. */
export const NO_ONCE = `do $$ declare name text; begin
  for name in select conname from pg_constraint
    where conrelid = 'timeline'::regclass and contype = 'u' loop
    execute format('alter table timeline drop constraint %I', name);
  end loop; end $$`;
