import { type Node, parseSync, Visitor } from "oxc-parser";

/** What the rules look at in a source file. Lines count from 1. */
export interface SourceFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly lineCount: number;
  readonly imports: readonly Import[];
  readonly functions: readonly FunctionSpan[];
  readonly impurities: readonly Impurity[];
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
  readonly isTypeOnly: boolean;
}

export interface FunctionSpan {
  readonly name: string;
  readonly line: number;
  readonly lineCount: number;
}

/** A reading of this machine's clock or of chance, or a timer. */
export interface Impurity {
  readonly text: string;
  readonly line: number;
}

/** Parses TypeScript or JavaScript. Throws when the file doesn't parse. */
export function parseSourceFile(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`);
  const lineOf = lineFinder(text);
  const functions: FunctionSpan[] = [];
  const addFunction = (node: Node, name: string) => {
    const line = lineOf(node.start);
    functions.push({ name, line, lineCount: lineOf(node.end) - line + 1 });
  };
  const impurities: Impurity[] = [];
  const addImpurity = (node: Node) => {
    impurities.push({ text: text.slice(node.start, node.end), line: lineOf(node.start) });
  };
  new Visitor({
    FunctionDeclaration: (node) => addFunction(node, node.id?.name ?? "function"),
    FunctionExpression: (node) => addFunction(node, node.id?.name ?? "function"),
    ArrowFunctionExpression: (node) => addFunction(node, "arrow function"),
    MemberExpression: (node) => {
      if (readsClockOrChance(text.slice(node.start, node.end))) addImpurity(node);
    },
    NewExpression: (node) => {
      const isNow = node.callee.type === "Identifier" && node.callee.name === "Date";
      if (isNow && node.arguments.length === 0) addImpurity(node);
    },
    CallExpression: (node) => {
      if (node.callee.type === "Identifier" && timers.test(node.callee.name)) {
        addImpurity(node.callee);
      }
    },
    ImportDeclaration: (node) => {
      if (/^(node:)?timers(\/promises)?$/.test(node.source.value)) addImpurity(node.source);
    },
  }).visit(program);
  const imports = importsOf(program, lineOf);
  return { path, lineCount: lineOf(text.trimEnd().length), imports, functions, impurities };
}

const timers = /^(setTimeout|setInterval|setImmediate)$/;
const clockOrChance =
  /^(globalThis\.)?(Date\.now|Math\.random|Temporal\.Now|performance\.now|AbortSignal\.timeout|setTimeout|setInterval|setImmediate)$/;

function readsClockOrChance(expression: string): boolean {
  return clockOrChance.test(expression);
}

function importsOf(program: Node, lineOf: (offset: number) => number): Import[] {
  const imports: Import[] = [];
  const add = (node: Node, source: Node | null, isTypeOnly: boolean) => {
    if (source?.type !== "Literal" || typeof source.value !== "string") return;
    imports.push({ specifier: source.value, line: lineOf(node.start), isTypeOnly });
  };
  if (program.type !== "Program") return imports;
  new Visitor({
    ImportDeclaration: (node) => {
      const named = node.specifiers.map((s) => s.type === "ImportSpecifier" && s.importKind);
      const allTypes = named.length > 0 && named.every((kind) => kind === "type");
      add(node, node.source, node.importKind === "type" || allTypes);
    },
    ExportNamedDeclaration: (node) => add(node, node.source, node.exportKind === "type"),
    ExportAllDeclaration: (node) => add(node, node.source, node.exportKind === "type"),
    ImportExpression: (node) => add(node, node.source, false),
    TSImportType: (node) => add(node, node.source, true),
  }).visit(program);
  return imports;
}

/** Gives the line of an offset by binary search in the offsets where lines begin. */
function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
