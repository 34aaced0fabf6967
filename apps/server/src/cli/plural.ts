/** A count with its noun: "1 minute", "2 minutes", "2 server processes". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
