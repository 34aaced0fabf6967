/**
 * Who may import whom: the table of architecture.md §2, as data.
 *
 * An area is a folder with a place in the table; the first whose pattern matches a path owns it. An
 * area may always import itself. `types` are areas of which only types may be imported. What the
 * table leaves unsaid is written here: the contract lies below everything, so every part of the
 * server may use it, and what a channel hands over is described by types of the channel kit.
 */
export interface Area {
  readonly name: string;
  readonly pattern: RegExp;
  readonly areas: readonly string[];
  readonly types: readonly string[];
  /** `any`, or the names of those allowed; `node:*` is written out. */
  readonly libraries: "any" | readonly string[];
}

const serverParts = [
  ...["platform", "store", "permissions", "views", "actions", "loops", "ingress"],
  ...["session", "contract", "channel-kit", "channels"],
];

function area(name: string, pattern: RegExp, may: Partial<Omit<Area, "name" | "pattern">>): Area {
  return { name, pattern, areas: [], types: [], libraries: [], ...may };
}

export const importTable: readonly Area[] = [
  area("contract", /^packages\/contract\//, { libraries: ["zod"] }),
  area("session", /^packages\/session\//, { types: ["contract"] }),
  area("channel-kit", /^packages\/channel-kit\//, { areas: ["contract"] }),
  area("channels", /^packages\/channels\//, {
    areas: ["channel-kit", "contract"],
    libraries: ["zod", "node:crypto"],
  }),
  area("platform", /^apps\/server\/src\/platform\//, { libraries: "any" }),
  area("store", /^apps\/server\/src\/store\//, {
    areas: ["platform", "contract"],
    types: ["session", "channel-kit"],
    libraries: "any",
  }),
  area("permissions", /^apps\/server\/src\/permissions\//, {
    areas: ["contract"],
    types: ["session"],
  }),
  // Views put the machine's sentences into answers, and rows of the store into words.
  area("views", /^apps\/server\/src\/views\//, {
    areas: ["contract", "session"],
    types: ["store"],
  }),
  area("actions", /^apps\/server\/src\/actions\//, {
    // The event log is written with the decisions, so actions present what they write.
    areas: [
      ...["session", "store", "permissions", "views", "platform"],
      ...["contract", "channel-kit"],
    ],
    libraries: "any",
  }),
  area("loops", /^apps\/server\/src\/loops\//, {
    areas: [
      ...["actions", "store", "permissions", "views", "platform"],
      ...["channels", "channel-kit", "contract"],
    ],
    types: ["session"],
    libraries: "any",
  }),
  area("ingress", /^apps\/server\/src\/ingress\//, {
    areas: [
      ...["actions", "views", "permissions", "store", "platform"],
      ...["channels", "channel-kit", "contract"],
    ],
    types: ["session"],
    libraries: "any",
  }),
  area("testkit", /^apps\/server\/src\/testkit\//, { areas: serverParts, libraries: "any" }),
  area("wiring", /^apps\/server\/src\/(main\.ts|node\.ts|config\.ts|cli\/)/, {
    areas: serverParts,
    libraries: "any",
  }),
  area("whatsapp-emulator", /^apps\/whatsapp-emulator\//, {
    areas: ["contract"],
    libraries: "any",
  }),
  area("web", /^apps\/web\//, { areas: ["contract"], libraries: "any" }),
  area("widget", /^apps\/widget\//, { areas: ["contract"], libraries: "any" }),
];

/** The area of each package of this repository, by the beginning of its name. */
const packageAreas: readonly (readonly [prefix: string, area: string])[] = [
  ["@punctual/contract", "contract"],
  ["@punctual/session", "session"],
  ["@punctual/channel-kit", "channel-kit"],
  ["@punctual/channel-", "channels"],
  ["@punctual/server", "wiring"],
  ["@punctual/whatsapp-emulator", "whatsapp-emulator"],
];

export function areaOf(path: string): Area | undefined {
  return importTable.find((candidate) => candidate.pattern.test(path));
}

/** The area of a package of ours; undefined for a library. */
export function areaOfPackage(specifier: string): string | undefined {
  return packageAreas.find(([prefix]) => specifier.startsWith(prefix))?.[1];
}
