import { posix } from "node:path";
import { areaOf, areaOfPackage } from "./import-table.ts";
import type { Import, SourceFile } from "./source-file.ts";

export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly problem: string;
}

export type Rule = (file: SourceFile) => readonly Violation[];

const fileLineLimit = 400;
const functionLineLimit = 70;
const componentLineLimit = 120;

/** Files that only tests, benchmarks and the simulator use: fixtures, kits, the suite of channels. */
const testOnly =
  /(\.(test|fixture)\.tsx?$)|(\/(testkit|scenarios|fixtures|e2e)\/)|(\/testkit\.ts$)|(^(bench|sim)\/)|(^packages\/channel-kit\/src\/(conformance|stub-provider)\.ts$)/;
const isTest = /(\.test\.tsx?$)|(\/(scenarios|e2e)\/)/;
const written = /(\.d\.ts$)|(\/(fixtures|migrations|generated)\/)/;
/** Where the clock and chance live, what isn't the product, and screens, which only show time. */
const mayReadClock =
  /^(apps\/server\/src\/platform|apps\/web|apps\/whatsapp-emulator|tools|bench)\//;

/** Imports follow the table of architecture.md §2; `testkit` is for tests and benchmarks alone. */
export const importsPointDown: Rule = (file) => {
  const own = areaOf(file.path);
  return file.imports.flatMap((imported) => {
    const target = targetOf(file.path, imported.specifier);
    if (target.area === "testkit" && !testOnly.test(file.path)) {
      return [
        violation(
          file,
          imported.line,
          "imports the testkit, which is for tests and benchmarks alone",
        ),
      ];
    }
    if (own === undefined || testOnly.test(file.path)) return [];
    const problem = forbidden(own, imported, target);
    return problem === null ? [] : [violation(file, imported.line, problem)];
  });
};

interface Target {
  /** Undefined for a library, and for a file outside the table. */
  readonly area: string | undefined;
  /** Undefined for a package. */
  readonly path: string | undefined;
}

function targetOf(from: string, specifier: string): Target {
  if (!specifier.startsWith(".")) return { area: areaOfPackage(specifier), path: undefined };
  const path = posix.join(posix.dirname(from), specifier);
  return { area: areaOf(path)?.name, path };
}

function forbidden(
  own: NonNullable<ReturnType<typeof areaOf>>,
  imported: Import,
  target: Target,
): string | null {
  const { specifier, isTypeOnly } = imported;
  if (target.area === own.name && own.name !== "channels") return null;
  if (target.area === "channels" && own.name === "channels") {
    return target.path === undefined ? `a channel imports another: ${specifier}` : null;
  }
  if (target.area === undefined && target.path === undefined) {
    const allowed = own.libraries === "any" || own.libraries.includes(specifier);
    return allowed ? null : `${own.name} may not import the library ${specifier}`;
  }
  if (target.area === undefined) return `${own.name} may not import ${specifier}`;
  if (own.areas.includes(target.area)) return null;
  if (own.types.includes(target.area)) {
    return isTypeOnly ? null : `${own.name} may import only types of ${target.area}`;
  }
  return `${own.name} may not import ${target.area}: ${specifier}`;
}

/** style.md, "Shape" 2. Tests may be longer, since a table of cases belongs together. */
export const filesAreShort: Rule = (file) =>
  isTest.test(file.path) || written.test(file.path) || file.lineCount <= fileLineLimit
    ? []
    : [violation(file, 1, `has ${file.lineCount} lines; the limit is ${fileLineLimit}`)];

/** style.md, "Shape" 2. In `.tsx` files the limit of components holds. */
export const functionsAreShort: Rule = (file) => {
  if (isTest.test(file.path) || written.test(file.path)) return [];
  const limit = file.path.endsWith(".tsx") ? componentLineLimit : functionLineLimit;
  return file.functions
    .filter((span) => span.lineCount > limit)
    .map(({ name, line, lineCount }) =>
      violation(file, line, `${name} has ${lineCount} lines; the limit is ${limit}`),
    );
};

/** architecture.md §4, rule 6: the database's clock decides; time, timers and chance come from `platform/`. */
export const clockAndChanceComeFromPlatform: Rule = (file) =>
  testOnly.test(file.path) || mayReadClock.test(file.path)
    ? []
    : file.impurities.map(({ text, line }) =>
        violation(file, line, `uses ${text}; time and chance come from platform/`),
      );

/** Whether a lock file names every package that its packages want on some platform. */
export function lockedForAllPlatforms(lock: {
  readonly packages: Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
}): readonly Violation[] {
  return Object.entries(lock.packages).flatMap(([place, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !isLocked(lock.packages, place, name))
      .map((name) => ({
        path: "package-lock.json",
        line: 1,
        problem: `lacks ${name}, wanted by ${place || "the root"}: npm ci refuses such a file`,
      })),
  );
}

/** Looks where Node would: in the package's own `node_modules`, then in each one above it. */
function isLocked(packages: Readonly<Record<string, unknown>>, place: string, name: string) {
  for (let folder = place; ; folder = folder.slice(0, folder.lastIndexOf("/node_modules/"))) {
    if (`${folder === "" ? "" : `${folder}/`}node_modules/${name}` in packages) return true;
    if (!folder.includes("/node_modules/")) return `node_modules/${name}` in packages;
  }
}

function violation(file: SourceFile, line: number, problem: string): Violation {
  return { path: file.path, line, problem };
}
