/** Epoch ms → ISO 8601 in UTC, as every answer of the API writes a time. */
export function timestamp(at: number): string;
export function timestamp(at: number | null): string | null;
export function timestamp(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
